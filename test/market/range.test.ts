import assert from 'node:assert/strict';
import { dataSchema } from '../../src/api/training-run.ts';
import { cutRows, dayRange } from '../../src/market/range.ts';
import { sources } from '../../src/market/sources/registry.ts';

const now = '2024-05-14T12:00:00Z';
const range = (data: Record<string, unknown>) => {
  const spec = dataSchema.parse(data);
  return dayRange(spec, sources[spec.source].isLive, now);
};

describe('the days that a run requests', () => {
  const cases: [string, Record<string, unknown>, ReturnType<typeof range>][] = [
    [
      'ten years up to today from Yahoo',
      {},
      { start: '2014-05-17', end: undefined, lookbackDays: undefined, asOf: '2024-05-14' },
    ],
    [
      'a number of days up to today',
      { lookbackDays: 365 },
      { start: '2023-05-15', end: undefined, lookbackDays: undefined, asOf: '2024-05-14' },
    ],
    [
      'a number of days up to an end: the day of the run does not matter',
      { lookbackDays: 365, end: '2020-12-31' },
      { start: '2020-01-01', end: '2020-12-31', lookbackDays: undefined, asOf: undefined },
    ],
    [
      'an end that may not be over everywhere: the day matters',
      { start: '2013-01-01', end: '2024-05-13' },
      { start: '2013-01-01', end: '2024-05-13', lookbackDays: undefined, asOf: '2024-05-14' },
    ],
    [
      'the whole sample',
      { source: 'Sample' },
      { start: '1900-01-01', end: undefined, lookbackDays: undefined, asOf: undefined },
    ],
    [
      'the end of a file, whatever day it is',
      { source: 'File', path: 'x.csv', lookbackDays: 100 },
      { start: '1900-01-01', end: undefined, lookbackDays: 100, asOf: undefined },
    ],
  ];
  for (const [name, data, expected] of cases) {
    it(name, () => assert.deepEqual(range(data), expected));
  }

  it('cut rows, both ends included', () => {
    const rows = ['2024-01-01', '2024-01-05', '2024-01-10', '2024-01-20'].map(date => ({ date }));
    const cut = (data: Record<string, unknown>) =>
      cutRows(rows, range({ source: 'Sample', ...data })).map(row => row.date);
    assert.deepEqual(cut({}), ['2024-01-01', '2024-01-05', '2024-01-10', '2024-01-20']);
    assert.deepEqual(cut({ start: '2024-01-05', end: '2024-01-10' }), ['2024-01-05', '2024-01-10']);
    assert.deepEqual(cut({ lookbackDays: 40 }).length, 4);
    assert.deepEqual(
      cutRows(rows, { ...range({ source: 'Sample' }), lookbackDays: 10 }).map(row => row.date),
      ['2024-01-10', '2024-01-20'],
    );
    assert.deepEqual(cutRows([], range({ source: 'Sample' })), []);
  });
});
