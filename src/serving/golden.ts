/** Proves that a loaded model predicts as it did when it was evaluated. */
import type { Golden } from '../api/artifacts.ts';
import { Failure } from '../failure.ts';
import type { Booster } from '../models/booster/booster.ts';
import { predictReturn } from '../models/booster/predict.ts';
import type { Forest } from '../models/forest/forest.ts';
import { voteRisk } from '../models/forest/vote.ts';

/**
 * Predicts Evaluate's golden rows and compares bit for bit.
 * @throws Failure InvalidArtifact naming the row and what differs.
 */
export function proveGolden(
  golden: Golden,
  features: readonly string[],
  booster: Booster,
  forest: Forest,
): void {
  if (golden.features.join() !== features.join()) {
    throw new Failure(
      'InvalidArtifact',
      `golden rows have the features ${golden.features.join()}, the model ${features.join()}`,
    );
  }
  const probabilities = new Float64Array(3);
  for (const row of golden.rows) {
    if (row.values.length !== features.length) {
      throw new Failure(
        'InvalidArtifact',
        `golden row ${row.date} has ${row.values.length} values, expected ${features.length}`,
      );
    }
    const values = Float64Array.from(row.values);
    compare(row.date, 'predicted return', predictReturn(booster, values, 0), row.predictedReturn);
    compare(row.date, 'risk level', voteRisk(forest, values, 0, probabilities), row.riskLevel);
    row.probabilities.forEach((expected, level) => {
      compare(row.date, `probability of class ${level}`, probabilities[level]!, expected);
    });
  }
}

function compare(date: string, what: string, actual: number, expected: number): void {
  if (Object.is(actual, expected)) return;
  throw new Failure(
    'InvalidArtifact',
    `the model fails its golden row of ${date}: ${what} is ${actual}, expected ${expected}`,
    { date, what, actual, expected },
  );
}
