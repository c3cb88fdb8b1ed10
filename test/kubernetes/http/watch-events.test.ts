import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { readLines } from '../../../src/kubernetes/http/watch-events.ts';

async function linesOf(pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(pieces))) lines.push(line);
  return lines;
}

describe('readLines', () => {
  it('yields the same lines however the text is split', async () => {
    const line = fc.stringMatching(/^[a-zä{}"]{1,12}$/);
    const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), cuts, async (lines, places) => {
        const text = lines.map(each => `${each}\n`).join('');
        const sorted = [0, ...places.map(place => Math.min(place, text.length)), text.length].sort(
          (a, b) => a - b,
        );
        const pieces = sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
        assert.deepEqual(await linesOf(pieces), lines);
      }),
    );
  });

  it('throws if the text ends within a line', async () => {
    await assert.rejects(linesOf(['one\ntw']), { code: 0, reason: 'Truncated' });
  });
});
