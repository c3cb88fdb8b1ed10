import assert from 'node:assert/strict';
import { addDays } from '../../../src/market/days.ts';
import { beforeRecentHole } from '../../../src/pipeline/score/recent-hole.ts';

const day = (index: number) => addDays('2026-03-01', index);
const drops = (...indices: number[]) =>
  indices.map(index => ({ date: day(index), reason: 'holds no price' }));

describe('bars before a recent hole', () => {
  /** Of ten days some have no bar; the source named those in the last column. */
  const cases: [what: string, without: number[], dropped: number[], left: number[]][] = [
    ['are all when nothing was dropped', [], [], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['end before the hole', [6], [6], [0, 1, 2, 3, 4, 5]],
    ['end before it when the next day alone has come', [8], [8], [0, 1, 2, 3, 4, 5, 6, 7]],
    ['end before it when four have come since', [5], [5], [0, 1, 2, 3, 4]],
    ['go over it once five have come since', [4], [4], [0, 1, 2, 3, 5, 6, 7, 8, 9]],
    ['end before the first of two', [6, 8], [6, 8], [0, 1, 2, 3, 4, 5]],
    ['end before the one that is recent', [2, 7], [2, 7], [0, 1, 3, 4, 5, 6]],
    ['are all when a day was given twice, and once dropped', [], [9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['are all when the day that was dropped is the last', [9], [9], [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['are none when there are few and none before the hole', [0, 1, 2, 3, 4, 5, 6], [6], []],
  ];
  for (const [what, without, dropped, left] of cases) {
    it(what, () => {
      const bars = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        .filter(index => !without.includes(index))
        .map(index => ({ date: day(index), open: 1, high: 1, low: 1, close: 1, volume: 1 }));
      assert.deepEqual(
        beforeRecentHole(bars, drops(...dropped)).map(({ date }) => date),
        left.map(day),
      );
    });
  }
});
