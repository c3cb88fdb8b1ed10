import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LastInputs } from '../../../src/serving/batch/last-inputs.ts';

const valuesOf = (pieces: readonly Float64Array[]) => pieces.flatMap(piece => [...piece]);

describe('the last inputs of an upload', () => {
  it('are the end of all inputs, at least as many as needed, in pieces that are all needed', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 20 }), (sizes, least) => {
        let next = 0;
        const pieces = sizes.map(size => Float64Array.from({ length: size }, () => next++));
        const last = new LastInputs(least);
        for (const piece of pieces) last.push(piece);
        const kept = valuesOf(last.pieces);
        assert.deepEqual(kept, valuesOf(pieces).slice(next - kept.length));
        assert.ok(kept.length >= Math.min(least, next));
        assert.ok(kept.length - (last.pieces[0]?.length ?? 0) < least);
      }),
    );
  });

  it('keep nothing of blocks without rows', () => {
    const last = new LastInputs(10);
    for (let i = 0; i < 100_000; i++) last.push(new Float64Array(0));
    assert.deepEqual(last.pieces, []);
  });
});
