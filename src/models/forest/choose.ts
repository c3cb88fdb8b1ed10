/** Chooses a candidate by its validation, with the reason. */
import { confusionMatrix, confusionScores } from '../statistics/confusion.ts';
import type { Sampling } from './forest.ts';

/** A candidate's predictions on every validated row. */
export interface Trial {
  readonly maxDepth: number;
  readonly sampling: Sampling;
  /** Predicted classes. */
  readonly levels: Uint8Array;
}

export interface Candidate {
  readonly maxDepth: number;
  readonly sampling: Sampling;
  readonly accuracy: number;
  /** Mean recall of the classes that occur. */
  readonly balancedAccuracy: number;
}

export interface Choice<T> {
  readonly taken: T;
  readonly candidates: Candidate[];
  /** One sentence for people. */
  readonly choice: string;
}

/**
 * The first trial whose accuracy is within one standard error of the best (Breiman et al., Classification and
 * Regression Trees, 1984, section 3.4.3), where the error is that of the difference between the two on the
 * same rows.
 * @param trials from the simplest
 * @param actual the class of each validated row
 */
export function chooseTrial(trials: readonly Trial[], actual: Uint8Array): Choice<Trial> {
  const scores = new Map(
    trials.map(trial => [trial, confusionScores(confusionMatrix(actual, trial.levels))]),
  );
  const accuracy = (trial: Trial) => scores.get(trial)!.accuracy;
  const best = trials.reduce((a, b) => (accuracy(b) > accuracy(a) ? b : a));
  const taken = trials.find(
    trial => accuracy(best) - accuracy(trial) <= standardErrorOfDifference(best, trial, actual),
  )!;
  return {
    taken,
    candidates: trials.map(trial => ({
      maxDepth: trial.maxDepth,
      sampling: trial.sampling,
      accuracy: accuracy(trial),
      balancedAccuracy: scores.get(trial)!.balancedAccuracy,
    })),
    choice: explain(taken, best, accuracy, trials.length, actual.length),
  };
}

function explain(
  taken: Trial,
  best: Trial,
  accuracy: (trial: Trial) => number,
  trials: number,
  rows: number,
): string {
  const name = (trial: Trial) => `depth ${trial.maxDepth} with ${trial.sampling.toLowerCase()} sampling`;
  const share = (trial: Trial) => accuracy(trial).toFixed(4);
  const found = `${share(taken)} of ${rows} walk-forward rows right`;
  if (taken === best) {
    const rest = 'and no simpler one is within a standard error of it';
    return `Of ${trials} candidates none is more accurate than ${name(taken)} (${found}), ${rest}.`;
  }
  const rest = `within one standard error of the most accurate, ${name(best)} (${share(best)})`;
  return `Of ${trials} candidates ${name(taken)} (${found}) is the simplest ${rest}.`;
}

/** Of the mean difference in rows right, over paired rows. */
function standardErrorOfDifference(a: Trial, b: Trial, actual: Uint8Array): number {
  let sum = 0;
  let disagreements = 0;
  actual.forEach((level, row) => {
    const difference = Number(a.levels[row] === level) - Number(b.levels[row] === level);
    sum += difference;
    disagreements += difference * difference;
  });
  const rows = actual.length;
  const mean = sum / rows;
  return Math.sqrt(Math.max(0, disagreements / rows - mean * mean) / rows);
}
