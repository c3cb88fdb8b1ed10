// @ts-check
import { day, month } from '../format.js';

export const daySeconds = 86_400;
export const monthSeconds = 30 * daySeconds;
export const yearSeconds = 365 * daySeconds;

/**
 * Days, months or years under the ticks, the year where it begins.
 * @param {readonly number[]} times seconds since 1970
 * @param {number} step seconds between them
 */
export function timeLabels(times, step) {
  const dates = times.map(time => new Date(time * 1000).toISOString().slice(0, 10));
  return dates.map((date, i) => {
    const year = date.slice(0, 4);
    if (step >= yearSeconds) return year;
    const name = (step >= monthSeconds ? month(date) : day(date)).replace(/ \d+$/, '');
    return year === dates[i - 1]?.slice(0, 4) ? name : `${name}\n${year}`;
  });
}
