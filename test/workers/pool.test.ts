import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import type { BoosterTask } from '../../src/models/booster/training.ts';
import { WorkerPool } from '../../src/workers/pool.ts';
import { tasks } from '../../src/workers/tasks.ts';

const rows = 40;

/** Forty rows of one feature that tells the label's sign. */
function task(rounds: number): BoosterTask {
  const values = Float64Array.from({ length: rows }, (_, row) => (row % 8) / 8);
  return {
    x: { rows, columns: 1, values },
    y: values.map(value => (value < 0.5 ? -0.01 : 0.01)),
    parameters: { maxDepth: 1, learningRate: 0.1, minChildWeight: 1, rounds },
    seed: 1,
  };
}

/** A matrix that holds fewer values than it says: training refuses it. */
const broken: BoosterTask = { ...task(1), x: { rows, columns: 2, values: new Float64Array(rows) } };

const isInterrupted = (error: unknown) => error instanceof Failure && error.reason === 'Interrupted';

describe('the pool of worker threads', () => {
  it('gives what the task gives on this thread, to whoever asked for it', async () => {
    const pool = new WorkerPool(2);
    try {
      const rounds = [5, 1, 4, 2, 3];
      const boosters = await Promise.all(rounds.map(count => pool.runTask('trainBooster', task(count))));
      deepEqual(
        boosters.map(({ roots }) => roots.length),
        rounds,
      );
      deepEqual(boosters[0], await tasks.trainBooster(task(5)));
    } finally {
      await pool.close();
    }
  });

  it('rejects the task that fails, by name, and goes on with the others', async () => {
    const pool = new WorkerPool(1);
    try {
      const failing = pool.runTask('trainBooster', broken);
      const following = pool.runTask('trainBooster', task(2));
      await rejects(failing, (error: unknown) => {
        ok(error instanceof Failure);
        equal(error.reason, 'TrainingFailed');
        match(error.message, /^trainBooster: .*holds 40 values/);
        return true;
      });
      equal((await following).roots.length, 2);
    } finally {
      await pool.close();
    }
  });

  it('rejects what is under way, what waits and what comes later once it is closed', async () => {
    const pool = new WorkerPool(1);
    const given = [pool.runTask('trainBooster', task(1)), pool.runTask('trainBooster', task(2))];
    const outcomes = Promise.allSettled(given);
    await pool.close();
    for (const outcome of await outcomes) ok(outcome.status === 'rejected' && isInterrupted(outcome.reason));
    await rejects(pool.runTask('trainBooster', task(1)), isInterrupted);
  });
});
