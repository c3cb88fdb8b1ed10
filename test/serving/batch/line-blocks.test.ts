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

async function read(text: string | Buffer, sizes: readonly number[] = [65_536]) {
  const blocks = new LineBlocks(chunksOf(Buffer.from(text), sizes), () => new ArrayBuffer(blockMemory));
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
