import assert from 'node:assert/strict';
import { timeLabels } from '../../../src/web/charts/time-labels.js';

const seconds = (...dates: string[]) => dates.map(date => Date.parse(date) / 1000);
const days = (count: number) => count * 86_400;

describe('the labels under a chart', () => {
  it('are days, day before month, with the year where it begins', () => {
    const times = seconds('2017-12-25', '2018-01-01', '2018-01-08');
    assert.deepEqual(timeLabels(times, days(7)), ['25 Dec\n2017', '1 Jan\n2018', '8 Jan']);
  });

  it('are months where ticks are months apart', () => {
    const times = seconds('2017-10-01', '2017-12-01', '2018-02-01');
    assert.deepEqual(timeLabels(times, days(60)), ['Oct\n2017', 'Dec', 'Feb\n2018']);
  });

  it('are years where ticks are years apart', () => {
    assert.deepEqual(timeLabels(seconds('2000-01-01', '2005-01-01'), days(5 * 365)), ['2000', '2005']);
  });

  it('are empty without ticks', () => assert.deepEqual(timeLabels([], days(1)), []));
});
