import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type CommonDaysInput, commonDays } from '../../../../src/pipeline/evaluate/champion/common-days.ts';

const day = (i: number) => `2020-01-${String(i + 1).padStart(2, '0')}`;
const base: CommonDaysInput = {
  bars: Array.from({ length: 30 }, (_, i) => ({ date: day(i) })),
  holdout: { from: 15, to: 29 },
  trainedTo: day(9),
  embargo: 2,
  firstFeatureBar: 5,
  horizon: 1,
};

describe('commonDays', () => {
  const cases: [name: string, change: Partial<CommonDaysInput>, from: number, to: number][] = [
    ['are the whole holdout when the champion was trained long before', {}, 15, 29],
    ['begin one embargo after the training of a younger champion', { trainedTo: day(17) }, 20, 29],
    ['count the embargo in bars, not in calendar days', { trainedTo: '2020-01-18', embargo: 5 }, 23, 29],
    ['are none when the champion was trained on all of the holdout', { trainedTo: day(29) }, 32, 32],
    ['end where the label of the champion is not known yet', { horizon: 5 }, 15, 25],
    ["begin where the champion's longer windows are filled", { firstFeatureBar: 18 }, 18, 29],
  ];
  for (const [name, change, from, to] of cases) {
    it(name, () => deepEqual(commonDays({ ...base, ...change }), { from, to }));
  }
});
