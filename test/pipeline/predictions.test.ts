import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Prediction } from '../../src/api/predictions.ts';
import type { RiskLevel } from '../../src/api/risk.ts';
import { Failure } from '../../src/failure.ts';
import { formatPredictions, parsePredictions } from '../../src/pipeline/predictions.ts';

// -0 is written as 0; nothing downstream distinguishes them.
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const risk = fc.constantFrom<RiskLevel>(0, 1, 2);
const prediction: fc.Arbitrary<Prediction> = fc.record(
  {
    date: fc.constantFrom('2013-05-13', '2018-02-28'),
    set: fc.constantFrom('walk_forward', 'holdout'),
    actualReturn: finite,
    predictedReturn: finite,
    meanReturn: finite,
    actualRisk: risk,
    predictedRisk: risk,
    probabilities: fc.tuple(finite, finite, finite),
    persistenceRisk: risk,
    knownPartRisk: risk,
  },
  { noNullPrototype: true },
);

describe('predictions.csv', () => {
  it('gives back every number bit for bit', () => {
    fc.assert(
      fc.property(fc.array(prediction, { maxLength: 5 }), predictions => {
        assert.deepEqual(parsePredictions(formatPredictions(predictions)), predictions);
      }),
    );
  });

  const good = '2018-01-02,holdout,0.01,0.0005,0.0006,0,1,0.2,0.7,0.1,0,0';
  const header = formatPredictions([]).trimEnd();

  for (const [what, text, message] of [
    ['an empty file', '', /line 1: the header/],
    ['another header', 'date,set\n', /line 1: the header/],
    ['a cut last line', `${header}\n${good}`, /line 2: the last line is cut short/],
    ['a ragged row', `${header}\n${good},1\n`, /line 2: the line does not have 12 cells/],
    [
      'an empty number',
      `${header}\n${good}\n${good.replace('0.0005', '')}\n`,
      /line 3, column predicted_return: the value is not a number/,
    ],
    [
      'a number that is none',
      `${header}\n${good.replace('0.01,', 'NaN,')}\n`,
      /line 2, column actual_return: the value is not a number/,
    ],
    [
      'a class that is none',
      `${header}\n${good.replace(',0,1,', ',0,3,')}\n`,
      /line 2, column predicted_risk: the value is not a risk level/,
    ],
    [
      'an unknown set',
      `${header}\n${good.replace('holdout', 'train')}\n`,
      /line 2, column set: the value is not valid/,
    ],
    [
      'a date that is none',
      `${header}\n${good.replace('2018-01-02', '2.1.2018')}\n`,
      /line 2, column date: the value is not a date/,
    ],
  ] as const) {
    it(`refuses ${what} and names the line`, () => {
      assert.throws(
        () => parsePredictions(text),
        error =>
          error instanceof Failure && error.reason === 'InvalidArtifact' && message.test(error.message),
      );
    });
  }
});
