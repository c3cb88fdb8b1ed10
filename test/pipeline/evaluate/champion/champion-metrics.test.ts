import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { championMetrics } from '../../../../src/pipeline/evaluate/champion/champion-metrics.ts';
import { comparison } from './comparison.ts';

describe('championMetrics', () => {
  it('are none without a champion', () => deepEqual(championMetrics(undefined), {}));

  it('are the figures of both as short texts', () => {
    deepEqual(championMetrics(comparison()), {
      championVersion: 'abcdef012345',
      championComparable: 'true',
      championIdentical: 'false',
      championHoldoutTo: '2017-01-04',
      championRows: '220',
      championFrom: '2016-03-01',
      championTo: '2017-01-20',
      commonRmse: '0.014206',
      championRmse: '0.014207',
      championRmseRatio: '0.99993',
      championReturnPValue: '0.68912',
      championSameQuestion: 'true',
      commonAccuracy: '0.90361',
      championAccuracy: '0.89451',
      championRiskPValue: '0.83181',
      championRiskLower: '-0.031234',
      championRiskUpper: '0.045455',
    });
    for (const [name, value] of Object.entries(championMetrics(comparison()))) {
      ok(name.length <= 64 && String(value).length <= 64);
    }
  });

  it('say why the champion could not be compared', () => {
    deepEqual(
      championMetrics({ comparable: false, version: 'abcdef012345', problem: 'Missing', message: 'gone' }),
      { championVersion: 'abcdef012345', championComparable: 'false', championProblem: 'Missing' },
    );
  });

  const { classification } = comparison();
  for (const [name, change] of Object.entries({
    volatilityWindow: 21,
    horizonDays: 2,
    lowQuantile: 0.5,
    highQuantile: 0.85,
  })) {
    it(`are not comparable with another ${name}`, () => {
      const question = { ...classification.question, [name]: change };
      const changed = comparison({ classification: { ...classification, question } });
      equal(championMetrics(changed).championSameQuestion, 'false');
    });
  }
});
