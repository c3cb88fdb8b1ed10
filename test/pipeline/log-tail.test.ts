import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogTail } from '../../src/pipeline/log-tail.ts';

describe('the tail of a log', () => {
  const tail = (...pieces: string[]) => {
    const log = new LogTail();
    for (const piece of pieces) log.add(piece);
    return log.text;
  };

  it('is the last twenty lines', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    assert.equal(tail(...lines.map(line => `${line}\n`)), lines.slice(-20).join('\n'));
  });

  it('joins pieces of lines', () => {
    assert.equal(tail('a', 'b\nc', 'd'), 'ab\ncd');
  });

  it('keeps the end of what is too long', () => {
    assert.equal(tail(`${'x'.repeat(5000)}end\n`), `${'x'.repeat(1496)}end`);
  });

  it('is at most 1,500 bytes of sound text that was printed, whatever the pieces', () => {
    const piece = fc.string({ unit: 'grapheme', maxLength: 800 });
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const text = tail(...pieces);
        assert.ok(Buffer.byteLength(text) <= 1500);
        assert.ok(text.isWellFormed());
        assert.ok(pieces.join('').includes(text));
      }),
    );
  });
});
