import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { classificationScoreSchema } from '../../../src/api/evaluation.ts';
import { Random } from '../../../src/models/random.ts';
import { scoreClassification } from '../../../src/pipeline/evaluate/classification-score.ts';

const random = new Random(1);
const rows = 300;

describe('scoreClassification', () => {
  const actualRisk = Uint8Array.from({ length: rows }, () => random.below(3));
  const wrongEvery = (n: number) => actualRisk.map((level, row) => (row % n === 0 ? (level + 1) % 3 : level));
  const predictedRisk = wrongEvery(10);
  const score = scoreClassification(
    {
      actualRisk,
      predictedRisk,
      probabilities: Float64Array.from(predictedRisk).reduce(
        (all, level, row) => {
          all.set([0.05, 0.05, 0.05], 3 * row);
          all[3 * row + level] = 0.9;
          return all;
        },
        new Float64Array(3 * rows),
      ),
      majorityRisk: new Uint8Array(rows).fill(1),
      persistenceRisk: wrongEvery(4),
      knownPartRisk: predictedRisk,
    },
    1,
  );

  it('fits the schema', () => {
    deepEqual(classificationScoreSchema.parse(score), score);
  });

  it('puts the model beside each trivial rule', () => {
    equal(score.model.accuracy, 0.9);
    equal(score.baselines.persistence.accuracy, 0.75);
    equal(score.baselines.majority.accuracy, score.actual[1] / rows);
    deepEqual(score.baselines.knownPart, score.model);
    deepEqual(score.baselines.majority.precision, [null, score.actual[1] / rows, null]);
  });

  it('tests each difference', () => {
    const { persistence, knownPart } = score.mcnemar;
    // Rows 0, 10, 20, … against rows 0, 4, 8, …; both are wrong on every twentieth.
    equal(persistence.onlyModelRight, 60);
    equal(persistence.onlyOtherRight, 15);
    ok(persistence.pValue < 1e-6 && persistence.accuracyDifference.lower > 0);
    ok(Math.abs(persistence.accuracyDifference.estimate - 0.15) < 1e-12);
    deepEqual([knownPart.onlyModelRight, knownPart.onlyOtherRight, knownPart.pValue], [0, 0, 1]);
    deepEqual(knownPart.accuracyDifference, { estimate: 0, lower: 0, upper: 0, level: 0.95 });
  });

  it('judges the probability of the predicted class', () => {
    deepEqual(
      score.calibration.map(({ count, accuracy }) => [count, accuracy]),
      [[rows, 0.9]],
    );
    ok(score.expectedCalibrationError < 1e-12);
    // Right: 0.1² + 2 · 0.05²; wrong: 0.9² + 0.95² + 0.05².
    ok(Math.abs(score.brier - (0.9 * 0.015 + 0.1 * 1.715)) < 1e-12);
  });

  it('counts the classes that came', () => {
    equal(
      score.actual.reduce((sum, count) => sum + count),
      rows,
    );
  });
});
