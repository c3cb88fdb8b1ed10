import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import type { BoosterTask } from '../../src/models/booster/training.ts';
import { trainingTasks } from '../../src/models/training-tasks.ts';
import { TrainingPool } from '../../src/pipeline/training-pool.ts';

const rows = 40;

/** Forty rows of one feature that determines the sign of the label. */
function task(rounds: number): BoosterTask {
  const values = Float64Array.from({ length: rows }, (_, row) => (row % 8) / 8);
  return {
    x: { rows, columns: 1, values },
    y: values.map(value => (value < 0.5 ? -0.01 : 0.01)),
    parameters: { maxDepth: 1, learningRate: 0.1, minChildWeight: 1, rounds },
    seed: 1,
  };
}

/** A matrix with fewer values than rows times columns: training refuses it. */
const broken: BoosterTask = { ...task(1), x: { rows, columns: 2, values: new Float64Array(rows) } };

const isInterrupted = (error: unknown) => error instanceof Failure && error.reason === 'Interrupted';

describe('the threads that train', () => {
  it('returns to each caller what its task returns on this thread', async () => {
    const pool = new TrainingPool(2);
    try {
      const rounds = [5, 1, 4, 2, 3];
      const boosters = await Promise.all(rounds.map(count => pool.runTask('trainBooster', task(count))));
      deepEqual(
        boosters.map(({ roots }) => roots.length),
        rounds,
      );
      deepEqual(boosters[0], await trainingTasks.trainBooster(task(5)));
    } finally {
      await pool.close();
    }
  });

  it('rejects a task that throws with a Failure that names it, and runs the others', async () => {
    const pool = new TrainingPool(1);
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

  it('rejects running, waiting and later tasks once it is closed', async () => {
    const pool = new TrainingPool(1);
    const given = [pool.runTask('trainBooster', task(1)), pool.runTask('trainBooster', task(2))];
    const outcomes = Promise.allSettled(given);
    await pool.close();
    for (const outcome of await outcomes) ok(outcome.status === 'rejected' && isInterrupted(outcome.reason));
    await rejects(pool.runTask('trainBooster', task(1)), isInterrupted);
  });
});
