import assert from 'node:assert/strict';
import { chooseRounds, type Trial } from '../../../src/models/booster/choose.ts';

/**
 * A trial over 100 rows on which the mean's squared error is 1 a row. Each entry is the mean difference in squared
 * error of one more round; its standard error is `standardError`.
 */
function trial(
  grid: { maxDepth: number; learningRate?: number; minChildWeight?: number },
  differences: number[],
  standardError = 0.01,
): Trial {
  const rows = 100;
  const all = Float64Array.of(0, ...differences);
  return {
    parameters: { learningRate: 0.1, minChildWeight: 20, ...grid, rounds: differences.length },
    errors: {
      rows,
      meanSquares: rows,
      differences: all.map(difference => difference * rows),
      differenceSquares: all.map((difference, round) =>
        round === 0 ? 0 : rows * (difference ** 2 + rows * standardError ** 2),
      ),
    },
  };
}

describe('the choice of a booster', () => {
  const cases: { it: string; trials: Trial[]; takes: object; explains: RegExp }[] = [
    {
      it: 'is the mean when nothing beats it',
      trials: [trial({ maxDepth: 2 }, [0, 0.01]), trial({ maxDepth: 1 }, [0.001, 0.002])],
      takes: { maxDepth: 1, rounds: 0 },
      explains: /^None of 4 candidates beats the mean on 100 walk-forward rows, so the model is the mean\.$/,
    },
    {
      it: 'is the best when nothing simpler comes within its standard error',
      trials: [trial({ maxDepth: 1 }, [-0.01, -0.02]), trial({ maxDepth: 2 }, [-0.02, -0.09])],
      takes: { maxDepth: 2, rounds: 2 },
      explains:
        /^Of 4 candidates the best on 100 walk-forward rows is 2 trees of depth 2 .* 4\.606 % below the mean's; no simpler one that beats the mean is within one standard error of it\.$/,
    },
    {
      it: 'is the shallower of two alike',
      trials: [trial({ maxDepth: 3 }, [-0.1]), trial({ maxDepth: 1 }, [-0.095])],
      takes: { maxDepth: 1, rounds: 1 },
      explains:
        /^Of 2 candidates the simplest that beats the mean and is within one standard error of the best \(1 tree of depth 3 .*\) is 1 tree of depth 1 .* on 100 walk-forward rows\.$/,
    },
    {
      it: 'has fewer rounds when more gain less than the standard error',
      trials: [trial({ maxDepth: 1 }, [-0.05, -0.091, -0.1, -0.099])],
      takes: { maxDepth: 1, rounds: 2 },
      explains: /is 2 trees of depth 1/,
    },
    {
      it: 'has the lower rate for the same rounds',
      trials: [
        trial({ maxDepth: 1, learningRate: 0.2 }, [-0.1]),
        trial({ maxDepth: 1, learningRate: 0.1 }, [-0.095]),
      ],
      takes: { maxDepth: 1, learningRate: 0.1 },
      explains: /at rate 0\.1 /,
    },
    {
      it: 'has the larger leaves of two that are otherwise alike',
      trials: [
        trial({ maxDepth: 1, minChildWeight: 20 }, [-0.1]),
        trial({ maxDepth: 1, minChildWeight: 50 }, [-0.095]),
      ],
      takes: { maxDepth: 1, minChildWeight: 50 },
      explains: /at least 50 rows a leaf/,
    },
    {
      it: 'warns when the best may be luck',
      trials: [trial({ maxDepth: 1 }, [-0.001, -0.002, -0.005])],
      takes: { maxDepth: 1, rounds: 1 },
      explains: /Even the best is within one standard error of the mean: its lead may be luck\.$/,
    },
    {
      it: 'is not a simpler one that lags by more than one standard error, were it less than two',
      trials: [trial({ maxDepth: 1 }, [-0.085]), trial({ maxDepth: 2 }, [-0.1])],
      takes: { maxDepth: 2, rounds: 1 },
      explains: /^Of 2 candidates the best/,
    },
    {
      it: 'is never a candidate that is worse than the mean',
      trials: [trial({ maxDepth: 1 }, [0.001, 0.002, 0.001]), trial({ maxDepth: 2 }, [0.001, -0.005])],
      takes: { maxDepth: 2, rounds: 2 },
      // Both the mean and worse ones are simpler and as close.
      explains:
        /is 2 trees of depth 2 .*; no simpler one that beats the mean is within one standard error of it\. Even/,
    },
  ];
  for (const { it: what, trials, takes, explains } of cases) {
    it(what, () => {
      const { parameters, choice } = chooseRounds(trials);
      assert.deepEqual({ ...parameters, ...takes }, parameters);
      assert.match(choice, explains);
    });
  }

  it('lists each point of the grid at its best rounds, and what was chosen', () => {
    const { candidates } = chooseRounds([
      trial({ maxDepth: 1 }, [-0.05, -0.091, -0.1, -0.099]),
      trial({ maxDepth: 2 }, [0.01, 0.02, 0.03, 0.04]),
    ]);
    assert.deepEqual(
      candidates.map(({ maxDepth, rounds }) => [maxDepth, rounds]),
      [
        [1, 2],
        [1, 3],
        [2, 1],
      ],
    );
    assert.ok(Math.abs(candidates[1]!.rmse - Math.sqrt(0.9)) < 1e-12);
    assert.ok(Math.abs(candidates[1]!.standardError - 0.01) < 1e-12);
    assert.ok(candidates[2]!.rmse > candidates[2]!.meanRmse);
  });

  it('lists the mean where it was chosen', () => {
    const { candidates } = chooseRounds([trial({ maxDepth: 1 }, [0.05])]);
    assert.deepEqual(
      candidates.map(({ rounds }) => rounds),
      [0, 1],
    );
    assert.deepEqual([candidates[0]!.rmse, candidates[0]!.standardError], [candidates[0]!.meanRmse, 0]);
  });
});
