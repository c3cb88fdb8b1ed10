import assert from 'node:assert/strict';
import { WaitBudget } from '../../../src/serving/batch/wait-budget.ts';

const limits = { idleSeconds: 30, minimumRate: 1000, rowSeconds: 100 };

/** Waits of `seconds` that end with `bytes`, until one is longer than allowed; what the client is then told, and when. */
function outcome(budget: WaitBudget, seconds: number, bytes: number, hasRow: boolean, waits = 10_000) {
  for (let i = 0; i < waits; i++) {
    const allowed = budget.next();
    if (allowed.seconds < seconds) return { waits: i, message: allowed.error().message };
    budget.waited(seconds, bytes);
    if (hasRow) budget.row();
  }
  return undefined;
}

describe('the time that an upload may be waited for', () => {
  it('ends when no byte arrives', () => {
    const { seconds, error } = new WaitBudget(limits).next();
    assert.equal(seconds, 30);
    assert.equal(error().code, 'RequestTimeout');
    assert.equal(error().message, 'no byte of the upload arrived for 30 s');
  });

  it('ends for a client that sends a byte every 12 s', () => {
    assert.deepEqual(outcome(new WaitBudget(limits), 12, 1, true), {
      waits: 2,
      message: 'the upload is slower than 1000 bytes/s: compress it or split it',
    });
  });

  it('never ends for a client at the least rate that sends rows', () => {
    assert.equal(outcome(new WaitBudget(limits), 12, 12_000, true), undefined);
    assert.equal(outcome(new WaitBudget({ ...limits, minimumRate: 0 }), 12, 1, true), undefined);
  });

  it('saves up no more than the longest wait', () => {
    const budget = new WaitBudget(limits);
    budget.waited(0, 1e12);
    assert.equal(outcome(budget, 12, 1, true)?.waits, 2);
  });

  it('ends for a client that sends no rows at any rate', () => {
    assert.deepEqual(outcome(new WaitBudget(limits), 1, 1e9, false), {
      waits: 100,
      message: 'no row of the upload arrived for 100 s: remove its blank lines',
    });
  });

  it('is never negative', () => {
    const budget = new WaitBudget(limits);
    budget.waited(1000, 0);
    assert.equal(budget.next().seconds, 0);
  });
});
