// @ts-check
/** @import { PredictedRow } from './batch-reader.js' */
import { count, day } from './format.js';

/** A file's predictions as the series of a chart. @param {readonly PredictedRow[]} rows */
export function batchSeries(rows) {
  const dates = rows.map(row => row.date ?? '');
  // A chart needs its days in order. Rows of indicators may have any order, or no dates.
  const inOrder = dates.every((date, i) => date > (dates[i - 1] ?? ''));
  return {
    labels: rows.map(({ date, line }) => (date === undefined ? `Line ${count(line)}` : day(date))),
    lines: rows.map(row => row.line),
    dates: inOrder ? dates : null,
    predicted: rows.map(row => row.predicted_return),
    risk: rows.map(row => row.risk_level),
  };
}
