import { deepEqual, equal, throws } from 'node:assert/strict';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { walkForwardSplits } from '../../src/pipeline/walk-forward-splits.ts';

describe('walkForwardSplits', () => {
  const validation = (walkForwardFolds: number, embargoDays: number) => ({
    ...trainingRunSpecSchema.parse({}).validation,
    walkForwardFolds,
    embargoDays,
  });

  it('begins with 200 rows and reaches to the last labelled one', () => {
    const splits = walkForwardSplits(1190, 931, validation(10, 21));
    equal(splits.length, 10);
    deepEqual(splits[0], { trainEnd: 200, testStart: 221, testEnd: 317 });
    equal(splits.at(-1)!.testEnd, 1190);
  });

  it('begins with the training window of a short series', () => {
    const splits = walkForwardSplits(150, 100, validation(2, 21));
    deepEqual(splits[0], { trainEnd: 100, testStart: 121, testEnd: 135 });
  });

  it('refuses more folds than there are rows, with the numbers', () => {
    throws(() => walkForwardSplits(150, 100, validation(40, 21)), {
      name: 'Failure',
      reason: 'TooFewBars',
      message: /150 rows are too few for 40 folds/,
    });
  });
});
