import assert from 'node:assert/strict';
import { chooseTrial, type Trial } from '../../../src/models/forest/choose.ts';

/** 100 rows, of the three classes in turn. */
const actual = Uint8Array.from({ length: 100 }, (_, row) => row % 3);

/** Wrong on the given rows. */
function trial(maxDepth: number, sampling: Trial['sampling'], wrong: readonly number[]): Trial {
  const levels = actual.slice();
  for (const row of wrong) levels[row] = (levels[row]! + 1) % 3;
  return { maxDepth, sampling, levels };
}

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('chooseTrial', () => {
  it('takes the simplest where none differ', () => {
    const first = trial(4, 'Stratified', [1, 2]);
    const { taken, choice } = chooseTrial([first, trial(6, 'Stratified', [1, 2])], actual);
    assert.equal(taken, first);
    assert.match(choice, /none is more accurate than depth 4 with stratified sampling \(0\.9800 of 100/);
  });

  it('takes the simplest that is within one standard error of the best', () => {
    // Right on 3 rows more and wrong on 2: 1 row behind, with a standard error of about 2.2 rows.
    const simple = trial(4, 'Stratified', [...rows(0, 10), 20, 21, 22]);
    const best = trial(6, 'Balanced', [...rows(0, 10), 30, 31]);
    const { taken, choice } = chooseTrial([simple, best], actual);
    assert.equal(taken, simple);
    assert.match(
      choice,
      /is the simplest within one standard error of the most accurate, depth 6 with balanced/,
    );
  });

  it('takes the best where the simpler are clearly worse', () => {
    const simple = trial(4, 'Stratified', rows(0, 20));
    const best = trial(6, 'Stratified', rows(0, 10));
    assert.equal(chooseTrial([simple, best], actual).taken, best);
  });

  it('lists every candidate with its figures', () => {
    // All 33 rows of class 2 and nothing else wrong.
    const trials = [
      trial(
        4,
        'Balanced',
        rows(0, 100).filter(row => actual[row] === 2),
      ),
      trial(6, 'Balanced', []),
    ];
    assert.deepEqual(chooseTrial(trials, actual).candidates, [
      { maxDepth: 4, sampling: 'Balanced', accuracy: 0.67, balancedAccuracy: 2 / 3 },
      { maxDepth: 6, sampling: 'Balanced', accuracy: 1, balancedAccuracy: 1 },
    ]);
  });

  it('leaves a class that does not occur out of the balanced accuracy', () => {
    const only = Uint8Array.of(0, 0, 2, 2);
    const levels = Uint8Array.of(0, 1, 2, 2);
    const [candidate] = chooseTrial([{ maxDepth: 4, sampling: 'Bootstrap', levels }], only).candidates;
    assert.equal(candidate!.balancedAccuracy, 0.75);
  });
});
