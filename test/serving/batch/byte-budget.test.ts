import assert from 'node:assert/strict';
import { ByteBudget, bytesPerBadRow, bytesPerRow } from '../../../src/serving/batch/byte-budget.ts';

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(size);
}

/** The bytes passed on before the error, and its code. */
async function outcome(source: AsyncIterable<Uint8Array>) {
  let bytes = 0;
  try {
    for await (const chunk of source) bytes += chunk.length;
    return { bytes };
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, unknown> };
    return { bytes, code, details };
  }
}

describe('the bytes of an upload', () => {
  const limits = { decompressedBytes: 10_000, sparseBytes: 3000 };
  const { signal } = new AbortController();

  it('may be as many as the limits, sent and decompressed', async () => {
    assert.deepEqual(await outcome(new ByteBudget(limits, signal).sent(chunks(3, 1000))), { bytes: 3000 });
    assert.deepEqual(await outcome(new ByteBudget(limits, signal).decompressed(chunks(3, 1000))), {
      bytes: 3000,
    });
  });

  it('may not exceed those that the rows explain', async () => {
    const details = { limitBytes: 3000, bytesPerRow };
    for (const kind of ['sent', 'decompressed'] as const) {
      const budget = new ByteBudget(limits, signal);
      assert.deepEqual(await outcome(budget[kind](chunks(9, 1000))), {
        bytes: 3000,
        code: 'TooFewRows',
        details,
      });
      budget.answered(2, 0);
      assert.deepEqual(await outcome(budget[kind](chunks(9, 1000))), {
        bytes: 5000,
        code: 'TooFewRows',
        details,
      });
      budget.answered(0, Math.ceil(3000 / bytesPerBadRow));
      assert.equal((await outcome(budget[kind](chunks(9, 1000)))).bytes, 2000);
    }
  });

  it('end with the reason when the upload is stopped', async () => {
    const reason = { code: 'Stopped', details: {} };
    const budget = new ByteBudget(limits, AbortSignal.abort(reason));
    assert.deepEqual(await outcome(budget.sent(chunks(1, 1))), { bytes: 0, ...reason });
  });

  it('may not exceed the limit when they are decompressed', async () => {
    const budget = new ByteBudget(limits, signal);
    budget.answered(1000, 0);
    assert.deepEqual(await outcome(budget.sent(chunks(20, 1000))), { bytes: 20_000 });
    assert.deepEqual(await outcome(budget.decompressed(chunks(20, 1000))), {
      bytes: 10_000,
      code: 'BodyTooLarge',
      details: { limitBytes: 10_000 },
    });
  });
});
