/** A comparison with a champion, as Evaluate writes it. */
import type { ComparedChampion } from '../../../../src/api/evaluation.ts';

const question = { volatilityWindow: 10, horizonDays: 1, lowQuantile: 0.3333, highQuantile: 0.6667 };

export function comparison(changes: Partial<ComparedChampion> = {}): ComparedChampion {
  return {
    comparable: true,
    version: 'abcdef012345',
    identical: false,
    trained: { from: '2013-05-13', to: '2016-01-04' },
    holdout: { from: '2016-02-04', to: '2017-01-04' },
    days: { from: '2016-03-01', to: '2017-01-20', count: 220 },
    regression: {
      rmse: 0.0142061234,
      championRmse: 0.0142071234,
      rmseRatio: 0.99992961,
      squaredErrorDifference: { estimate: -2.8e-8, lower: -1e-7, upper: 1e-7, level: 0.95 },
      dieboldMariano: { statistic: -0.4, pValue: 0.68912345 },
    },
    classification: {
      question,
      championQuestion: question,
      accuracy: 0.9036123,
      championAccuracy: 0.8945123,
      mcnemar: {
        onlyModelRight: 12,
        onlyOtherRight: 10,
        pValue: 0.83181234,
        accuracyDifference: { estimate: 0.0091, lower: -0.0312345, upper: 0.0454545, level: 0.95 },
      },
    },
    ...changes,
  };
}
