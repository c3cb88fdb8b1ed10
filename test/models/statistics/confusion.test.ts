import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { confusionMatrix, confusionScores } from '../../../src/models/statistics/confusion.ts';
import { close } from './close.ts';

describe('confusionMatrix and confusionScores', () => {
  // scikit-learn 1.9: confusion_matrix, accuracy_score, balanced_accuracy_score,
  // f1_score(average='macro', zero_division=0), recall_score and precision_score (zero_division=nan, here null).
  const table = [
    {
      name: 'all classes',
      actual: [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2],
      predicted: [0, 0, 1, 2, 1, 1, 0, 2, 2, 2, 1, 0],
      confusion: [
        [2, 1, 1],
        [1, 2, 0],
        [1, 1, 3],
      ],
      averages: [0.5833333333333334, 0.5888888888888889, 0.5793650793650794],
      recall: [0.5, 2 / 3, 0.6],
      precision: [0.5, 0.5, 0.75],
    },
    {
      name: 'a class that neither occurs nor is predicted',
      actual: [0, 0, 1, 1, 1, 0],
      predicted: [0, 1, 1, 1, 0, 0],
      confusion: [
        [2, 1, 0],
        [1, 2, 0],
        [0, 0, 0],
      ],
      averages: [2 / 3, 2 / 3, 2 / 3],
      recall: [2 / 3, 2 / 3, null],
      precision: [2 / 3, 2 / 3, null],
    },
    {
      name: 'a class that is predicted but does not occur',
      actual: [0, 0, 1, 1, 1, 0],
      predicted: [0, 2, 1, 1, 0, 0],
      confusion: [
        [2, 0, 1],
        [1, 2, 0],
        [0, 0, 0],
      ],
      averages: [2 / 3, 2 / 3, 0.48888888888888893],
      recall: [2 / 3, 2 / 3, null],
      precision: [2 / 3, 1, 0],
    },
    {
      name: 'a class that occurs but is never predicted',
      actual: [0, 0, 1, 1, 2, 2],
      predicted: [0, 1, 1, 1, 0, 0],
      confusion: [
        [1, 1, 0],
        [0, 2, 0],
        [2, 0, 0],
      ],
      averages: [0.5, 0.5, 0.4],
      recall: [0.5, 1, 0],
      precision: [1 / 3, 2 / 3, null],
    },
    {
      name: 'a single class',
      actual: [1, 1, 1],
      predicted: [1, 1, 1],
      confusion: [
        [0, 0, 0],
        [0, 3, 0],
        [0, 0, 0],
      ],
      averages: [1, 1, 1],
      recall: [null, 1, null],
      precision: [null, 1, null],
    },
  ];
  for (const { name, actual, predicted, confusion, averages, recall, precision } of table) {
    it(`agree with scikit-learn on ${name}`, () => {
      const counts = confusionMatrix(Uint8Array.from(actual), Uint8Array.from(predicted));
      deepEqual(counts, confusion);
      const scores = confusionScores(counts);
      [scores.accuracy, scores.balancedAccuracy, scores.macroF1].forEach((value, i) => {
        close(value, averages[i]!);
      });
      deepEqual(scores.recall, recall);
      deepEqual(scores.precision, precision);
    });
  }

  it('keep to [0, 1] whatever is predicted', () => {
    const levels = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(levels, pairs => {
        const counts = confusionMatrix(
          Uint8Array.from(pairs, ([truth]) => truth),
          Uint8Array.from(pairs, ([, guess]) => guess),
        );
        const { accuracy, balancedAccuracy, macroF1, recall, precision } = confusionScores(counts);
        for (const value of [accuracy, balancedAccuracy, macroF1, ...recall, ...precision]) {
          ok(value === null || (value >= 0 && value <= 1), String(value));
        }
        equal(
          counts.flat().reduce((sum, count) => sum + count),
          pairs.length,
        );
      }),
    );
  });

  it('refuse a class that there is not', () => {
    throws(() => confusionMatrix(Uint8Array.of(0, 3), Uint8Array.of(0, 1)), /row 1 has a class other than/);
  });
});
