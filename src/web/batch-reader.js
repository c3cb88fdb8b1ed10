// @ts-check
/** Reads the NDJSON answer of `/predict_batch` as it arrives: counts, a few rows to show, and the whole as CSV. */
import { apiError } from './api-error.js';

/**
 * @typedef {object} Row
 * @property {number} line of the file, counted from 1
 * @property {string} [date]
 * @property {number | null} predicted_return
 * @property {number | null} risk_level
 * @property {'Low' | 'Medium' | 'High' | null} risk
 * @property {{low: number, medium: number, high: number} | null} probabilities
 * @property {string} [reason] why there is no prediction
 */

/** @typedef {Row & {predicted_return: number, risk_level: number}} PredictedRow */

/**
 * @typedef {object} Summary
 * @property {'ohlcv' | 'indicators'} input
 * @property {number} rows in the answer
 * @property {number} predicted
 * @property {number} warming_up too early for the windows
 * @property {number} skipped bad rows that were left out
 * @property {{line: number, message: string}[]} errors the first of those
 */

export const csvHeader =
  'line,date,predicted_return,risk_level,risk,probability_low,probability_medium,probability_high,reason';

/** Rows that a chart can show; above twice as many every second one is dropped. */
const chartRows = 2000;
const tableRows = 10;

export class BatchReader {
  /** The first rows that have a prediction. @type {PredictedRow[]} */
  first = [];
  /** Evenly spaced rows that have one. @type {PredictedRow[]} */
  sample = [];
  /** Rows read so far. */
  rows = 0;
  /** Set when the answer is complete. @type {Summary | null} */
  summary = null;
  /** Lines of CSV, joined chunk by chunk. @type {string[]} */
  #csv = [`${csvHeader}\n`];
  #rest = '';
  #predicted = 0;
  #stride = 1;

  /**
   * @param {string} text the next part of the answer, which may begin and end anywhere
   * @throws {import('./api-error.js').ApiError} when the answer ends in an error
   */
  push(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const csv = lines.filter(line => line !== '').map(line => this.#take(JSON.parse(line)));
    this.#csv.push(csv.join(''));
  }

  /** All rows as parts of a CSV file. @returns {readonly string[]} */
  get csv() {
    return this.#csv;
  }

  /**
   * @param {any} value a row, or the summary or error at the end
   * @returns {string} the row as a line of CSV
   */
  #take(value) {
    if (value.error) throw apiError(200, value.error);
    if (value.summary) {
      this.summary = value.summary;
      return '';
    }
    this.rows += 1;
    if (value.predicted_return !== null) this.#keep(value);
    return csvLine(value);
  }

  /** @param {PredictedRow} row */
  #keep(row) {
    if (this.first.length < tableRows) this.first.push(row);
    if (this.#predicted % this.#stride === 0) this.sample.push(row);
    this.#predicted += 1;
    if (this.sample.length <= 2 * chartRows) return;
    this.sample = this.sample.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }
}

/** @param {Row} row */
function csvLine({ line, date, predicted_return, risk_level, risk, probabilities, reason }) {
  const { low, medium, high } = probabilities ?? { low: null, medium: null, high: null };
  const cells = [line, date, predicted_return, risk_level, risk, low, medium, high, reason];
  return `${cells.map(cell => cell ?? '').join(',')}\n`;
}
