// @ts-check
/** @import { PredictedRow } from './batch-reader.js' */
import { count, day } from './format.js';

/** A file's predictions, as the chart takes them. @param {readonly PredictedRow[]} rows */
export function batchSeries(rows) {
  const dates = rows.map(row => row.date ?? '');
  // A chart wants its days in order; rows of indicators may come in any, or without.
  const inOrder = dates.every((date, i) => date > (dates[i - 1] ?? ''));
  return {
    labels: rows.map(({ date, line }) => (date === undefined ? `Line ${count(line)}` : day(date))),
    lines: rows.map(row => row.line),
    dates: inOrder ? dates : null,
    predicted: rows.map(row => row.predicted_return),
    risk: rows.map(row => row.risk_level),
  };
}
