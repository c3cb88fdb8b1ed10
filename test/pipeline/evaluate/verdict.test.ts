import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ClassificationScore, RegressionScore } from '../../../src/api/evaluation.ts';
import { classificationVerdict, regressionVerdict } from '../../../src/pipeline/evaluate/verdict.ts';

const interval = (estimate: number, lower: number, upper: number) => ({
  estimate,
  lower,
  upper,
  level: 0.95,
});

interface Returns {
  readonly rmse: number;
  readonly meanRmse?: number;
  readonly difference: [estimate: number, lower: number, upper: number];
  readonly statistic?: number;
  readonly pValue: number;
}

function regression({ rmse, meanRmse = 0.015, difference, statistic = 1, pValue }: Returns): RegressionScore {
  return {
    rows: 969,
    model: { rmse, mae: 0.01 },
    mean: { rmse: meanRmse, mae: 0.01 },
    zero: { rmse: 0.0151, mae: 0.01 },
    rmseRatio: rmse / meanRmse,
    squaredErrorDifference: interval(...difference),
    dieboldMariano: { statistic, pValue },
    hitRate: { model: 0.5, mean: 0.5 },
  };
}

const quietHoldout = regression({
  rmse: 0.0142,
  meanRmse: 0.0142,
  difference: [0, 0, 0],
  statistic: 0,
  pValue: 1,
});
const onHoldout = 'Holdout: 1.4200 % against 1.4200 %, since the served model is the mean.';

describe('regressionVerdict', () => {
  const table: { name: string; score: Returns; outcome: string; text: string }[] = [
    {
      name: 'no difference that the data show',
      score: { rmse: 0.01502, difference: [6e-7, -1e-6, 2.25e-6], pValue: 0.64 },
      outcome: 'NotDistinguishable',
      text:
        'Does not beat the mean: RMSE 1.5020 % against 1.5000 % on 969 days of walk-forward, difference in squared ' +
        'error +0.27 % (95 % interval −0.44 % to +1.00 %), Diebold-Mariano p = 0.64.',
    },
    {
      name: 'better by both tests',
      score: { rmse: 0.0147, difference: [-9e-6, -1.8e-5, -2.25e-6], statistic: -3, pValue: 0.0031 },
      outcome: 'Better',
      text:
        'Beats the mean: RMSE 1.4700 % against 1.5000 % on 969 days of walk-forward, difference in squared error ' +
        '−4.00 % (95 % interval −8.00 % to −1.00 %), Diebold-Mariano p = 0.0031.',
    },
    {
      name: 'worse by both tests',
      score: { rmse: 0.0155, difference: [1.8e-5, 9e-6, 2.25e-5], statistic: 4, pValue: 0.00002 },
      outcome: 'Worse',
      text:
        'Worse than the mean: RMSE 1.5500 % against 1.5000 % on 969 days of walk-forward, difference in squared error ' +
        '+8.00 % (95 % interval +4.00 % to +10.00 %), Diebold-Mariano p = 2.0e-5.',
    },
    {
      name: 'better by the test, but not by the interval',
      score: { rmse: 0.0147, difference: [-9e-6, -1.8e-5, 2.25e-6], statistic: -2, pValue: 0.04 },
      outcome: 'NotDistinguishable',
      text:
        'Does not beat the mean: RMSE 1.4700 % against 1.5000 % on 969 days of walk-forward, difference in squared ' +
        'error −4.00 % (95 % interval −8.00 % to +1.00 %), Diebold-Mariano p = 0.04.',
    },
    {
      name: 'better by the interval, but not by the test',
      score: { rmse: 0.0147, difference: [-9e-6, -1.8e-5, -2.25e-6], statistic: -1.9, pValue: 0.058 },
      outcome: 'NotDistinguishable',
      text:
        'Does not beat the mean: RMSE 1.4700 % against 1.5000 % on 969 days of walk-forward, difference in squared ' +
        'error −4.00 % (95 % interval −8.00 % to −1.00 %), Diebold-Mariano p = 0.058.',
    },
    {
      name: 'a model that is the mean',
      score: { rmse: 0.015, difference: [0, 0, 0], statistic: 0, pValue: 1 },
      outcome: 'NotDistinguishable',
      text:
        'Is the mean, since validation found nothing better: RMSE 1.5000 % against 1.5000 % on 969 days of ' +
        'walk-forward, difference in squared error 0.00 % (95 % interval 0.00 % to 0.00 %), Diebold-Mariano p = 1.',
    },
    {
      name: 'returns that the mean predicts without error',
      score: { rmse: 0, meanRmse: 0, difference: [0, 0, 0], statistic: 0, pValue: 1 },
      outcome: 'NotDistinguishable',
      text:
        'Is the mean, since validation found nothing better: RMSE 0.0000 % against 0.0000 % on 969 days of ' +
        'walk-forward, difference in squared error 0.00 % (95 % interval 0.00 % to 0.00 %), Diebold-Mariano p = 1.',
    },
  ];
  for (const { name, score, outcome, text } of table) {
    it(`states: ${name}`, () => {
      deepEqual(regressionVerdict(regression(score), quietHoldout), {
        outcome,
        text: `${text} ${onHoldout}`,
      });
    });
  }

  it('does not say that a model is the mean when the served one has trees', () => {
    const same = regression({ rmse: 0.015, difference: [0, 0, 0], statistic: 0, pValue: 1 });
    const other = regression({ rmse: 0.01501, difference: [3e-7, -1e-7, 7e-7], pValue: 0.3 });
    const { outcome, text } = regressionVerdict(same, other);
    equal(outcome, 'NotDistinguishable');
    match(text, /^Does not beat the mean: .* Holdout: 1\.5010 % against 1\.5000 %, p = 0\.3\.$/);
  });
});

interface Rule {
  readonly accuracy: number;
  readonly difference: [estimate: number, lower: number, upper: number];
  readonly pValue: number;
}

const beaten: Rule = { accuracy: 0.4, difference: [0.45, 0.4, 0.5], pValue: 1e-60 };

function classification(
  accuracy: number,
  persistence: Rule,
  knownPart: Rule,
  majority = beaten,
): ClassificationScore {
  const score = (value: number): ClassificationScore['model'] => ({
    accuracy: value,
    accuracyInterval: interval(value, value - 0.02, value + 0.02),
    balancedAccuracy: value,
    macroF1: value,
    recall: [value, value, null],
    precision: [value, null, value],
    confusion: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  });
  const comparison = ({ difference, pValue }: Rule) => ({
    onlyModelRight: 5,
    onlyOtherRight: 3,
    pValue,
    accuracyDifference: interval(...difference),
  });
  return {
    rows: 969,
    actual: [400, 300, 269],
    model: score(accuracy),
    baselines: {
      majority: score(majority.accuracy),
      persistence: score(persistence.accuracy),
      knownPart: score(knownPart.accuracy),
    },
    mcnemar: {
      majority: comparison(majority),
      persistence: comparison(persistence),
      knownPart: comparison(knownPart),
    },
    brier: 0.2,
    expectedCalibrationError: 0.05,
    calibration: [],
  };
}

describe('classificationVerdict', () => {
  const persistence: Rule = { accuracy: 0.85, difference: [0.041, 0.02, 0.06], pValue: 6.4e-8 };
  const knownPart: Rule = { accuracy: 0.906, difference: [-0.015, -0.03, 0.002], pValue: 0.11 };
  const holdout = classification(
    0.8713,
    { ...persistence, accuracy: 0.82, pValue: 0.03 },
    { ...knownPart, accuracy: 0.875 },
  );
  const onHoldout = 'Holdout: 87.1 % against 82.0 %, p = 0.03; known-part rule 87.5 %.';

  const table: { name: string; score: ClassificationScore; outcome: string; text: string }[] = [
    {
      name: 'better than persistence, no better than the known part',
      score: classification(0.891, persistence, knownPart),
      outcome: 'Better',
      text:
        'Better than persistence: 89.1 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference +2.0 to +6.0 ' +
        'points, McNemar p = 6.4e-8; no better than ' +
        'the known-part rule (90.6 %, p = 0.11).',
    },
    {
      name: 'better than both',
      score: classification(0.93, persistence, {
        accuracy: 0.9,
        difference: [0.03, 0.01, 0.05],
        pValue: 0.001,
      }),
      outcome: 'Better',
      text:
        'Better than persistence: 93.0 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference +2.0 to +6.0 ' +
        'points, McNemar p = 6.4e-8; better than the ' +
        'known-part rule (90.0 %, p = 0.001).',
    },
    {
      name: 'worse than the known part',
      score: classification(0.87, persistence, {
        accuracy: 0.92,
        difference: [-0.05, -0.07, -0.03],
        pValue: 1e-17,
      }),
      outcome: 'Better',
      text:
        'Better than persistence: 87.0 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference +2.0 to +6.0 ' +
        'points, McNemar p = 6.4e-8; worse than the ' +
        'known-part rule (92.0 %, p < 1e-15).',
    },
    {
      name: 'significant only for independent days',
      score: classification(
        0.86,
        { accuracy: 0.85, difference: [0.01, -0.001, 0.02], pValue: 0.03 },
        knownPart,
      ),
      outcome: 'NotDistinguishable',
      text:
        'No better than persistence: 86.0 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference −0.1 to +2.0 ' +
        'points, McNemar p = 0.03; no better ' +
        'than the known-part rule (90.6 %, p = 0.11).',
    },
    {
      name: 'worse than persistence',
      score: classification(
        0.8,
        { accuracy: 0.85, difference: [-0.05, -0.08, -0.02], pValue: 0.0004 },
        knownPart,
      ),
      outcome: 'Worse',
      text:
        'Worse than persistence: 80.0 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference −8.0 to −2.0 ' +
        'points, McNemar p = 4.0e-4; no better than ' +
        'the known-part rule (90.6 %, p = 0.11).',
    },
    {
      name: 'better than persistence, but no better than the majority',
      score: classification(0.98, persistence, knownPart, {
        accuracy: 0.981,
        difference: [-0.001, -0.004, 0.002],
        pValue: 0.8,
      }),
      outcome: 'Better',
      text:
        'Better than persistence: 98.0 % against 85.0 % of 969 days of walk-forward, 95 % interval of the difference +2.0 to +6.0 ' +
        'points, McNemar p = 6.4e-8; no better than the known-part rule (90.6 %, p = 0.11), no better than the majority class (98.1 %, p = 0.8).',
    },
  ];
  for (const { name, score, outcome, text } of table) {
    it(`states: ${name}`, () => {
      deepEqual(classificationVerdict(score, holdout), { outcome, text: `${text} ${onHoldout}` });
    });
  }
});
