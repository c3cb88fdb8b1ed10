import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockMemory, LineBlocks } from '../../../src/serving/batch/line-blocks.ts';

async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string | Buffer, sizes: readonly number[] = [65_536], onRow = () => {}) {
  const blocks = new LineBlocks(
    chunksOf(Buffer.from(text), sizes),
    () => new ArrayBuffer(blockMemory),
    onRow,
  );
  const header = await blocks.header();
  const all = [];
  for await (const { bytes, firstLine, lines } of blocks) {
    all.push({ text: Buffer.from(bytes).toString(), firstLine, lines });
  }
  return { header: { text: Buffer.from(header.bytes).toString(), line: header.line }, blocks: all };
}

describe('blocks of lines', () => {
  it('separate the header from the rest, without byte order mark and line end', async () => {
    const { header, blocks } = await read('\ufeffa,b\r\n1,2\r\n');
    assert.deepEqual(header, { text: 'a,b', line: 1 });
    assert.deepEqual(blocks, [{ text: '1,2\r\n', firstLine: 2, lines: 1 }]);
  });

  it('skip blank lines before the header, but count them', async () => {
    const { header, blocks } = await read('\n \r\na\n1');
    assert.deepEqual(header, { text: 'a', line: 3 });
    assert.deepEqual(blocks, [{ text: '1\n', firstLine: 4, lines: 1 }]);
  });

  it('contain the same lines however the bytes arrive, with the number of the first', async () => {
    const lines = fc.array(fc.stringMatching(/^[0-9a-z,]{0,12}$/), { minLength: 1, maxLength: 40 });
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lines, sizes, fc.boolean(), async (rows, chunkSizes, isEnded) => {
        const text = `head\n${rows.join('\n')}${isEnded ? '\n' : ''}`;
        const { blocks } = await read(text, chunkSizes);
        const joined = blocks.map(block => block.text).join('');
        const expected = text.slice('head\n'.length);
        assert.equal(joined, expected === '' || expected.endsWith('\n') ? expected : `${expected}\n`);
        let line = 2;
        for (const block of blocks) {
          assert.equal(block.firstLine, line);
          assert.equal(block.lines, block.text.split('\n').length - 1);
          line += block.lines;
        }
      }),
    );
  });

  it('leave out blocks of blank lines only, and lose no other line', async () => {
    // Much longer than a block has lines, so that most blocks are blank.
    const blank = fc
      .tuple(fc.constantFrom('\n', '\r\n', ' \r\n', '\t\n'), fc.integer({ min: 1, max: 9000 }))
      .map(([line, count]) => line.repeat(count));
    const line = fc.constantFrom('1\n', '\r\r\n', ' 2\r\n', '\r3\n');
    const part = fc.oneof(blank, line);
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), sizes, async (parts, chunkSizes) => {
        const { blocks } = await read(`head\n${parts.join('')}`, chunkSizes);
        const numbered = (text: string, first: number) =>
          text
            .split('\n')
            .slice(0, -1)
            .map((content, i) => [first + i, content] as const)
            .filter(([, content]) => !/^[ \t]*\r?$/.test(content));
        assert.deepEqual(
          blocks.flatMap(block => numbered(block.text, block.firstLine)),
          numbered(parts.join(''), 2),
        );
        assert.ok(blocks.length <= parts.length + 2);
      }),
      { numRuns: 30 },
    );
  });

  it('report rows, but not blank lines, however the bytes arrive', async () => {
    for (const [text, hasRow] of [
      ['\n\r\n \t\r\n', false],
      ['\n1', false],
      ['1\n', true],
      ['\n 1\r\n', true],
      ['\r\r\n', true],
    ] as const) {
      for (const size of [1, 2, 3, 100]) {
        let rows = 0;
        await read(`a\n${text}`, [2, size], () => rows++);
        // The header is the first.
        assert.equal(rows > 1, hasRow, JSON.stringify([text, size]));
      }
    }
  });

  it('are read in linear time from single bytes and from line ends', async () => {
    const { header } = await read(`${' \n'.repeat(100_000)}a\n`, [1]);
    assert.deepEqual(header, { text: 'a', line: 100_001 });
    const { blocks } = await read(`a\n${'\n'.repeat(30_000_000)}1\n`, [30_000_000]);
    assert.deepEqual(blocks.at(-1)?.text.trim(), '1');
  });

  it('end at line ends, and are limited in bytes and in lines', async () => {
    const long = await read(`a\n${`${'7'.repeat(999)}\n`.repeat(1000)}`, [70_001]);
    assert.ok(long.blocks.length > 3);
    assert.equal(
      long.blocks.map(block => block.lines).reduce((sum, lines) => sum + lines),
      1000,
    );
    for (const { text, lines } of long.blocks) assert.equal(text.length, lines * 1000);
    const short = await read(`a\n${'1\n'.repeat(5000)}`);
    assert.deepEqual(
      short.blocks.map(({ firstLine, lines }) => [firstLine, lines]),
      [
        [2, 2048],
        [2050, 2048],
        [4098, 904],
      ],
    );
  });

  it('refuse a line longer than a block, with its number, and an empty source', async () => {
    await assert.rejects(read(`a\n1\n${'7'.repeat(600_000)}`), /line 3: longer than 262144 bytes/);
    await assert.rejects(read('7'.repeat(600_000)), /header line is longer/);
    await assert.rejects(read(''), /empty/);
    await assert.rejects(read('\n\r\n \n'), /empty/);
  });
});
