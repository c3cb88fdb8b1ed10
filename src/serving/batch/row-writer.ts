/** Writes predictions as bytes, in one of the three formats of the answer. */
import { riskNames } from '../../api/risk.ts';
import type { RiskPrediction } from '../../models/forest/predict.ts';
import type { Rows } from './block-reader.ts';
import { noDate } from './dates.ts';

export type Format = 'json' | 'ndjson' | 'csv';

/** Columns of the CSV answer. Probabilities are vote shares of the forest; `reason` is set for rows without prediction. */
export const csvHeader =
  'line,date,predicted_return,risk_level,risk,probability_low,probability_medium,probability_high,reason\n';

/** An upper bound on the length of a row. */
const rowBytes = 400;
const zero = 48;
const hyphen = 45;

/** Writes the rows of a block. */
export class RowWriter {
  readonly #format: Format;
  readonly #trees: number;
  /** k/trees as text, for k from 0 to trees: all probabilities that the forest can give. */
  readonly #shares: readonly string[];
  #bytes = new Uint8Array(0);
  #at = 0;

  constructor(format: Format, trees: number) {
    this.#format = format;
    this.#trees = trees;
    this.#shares = Array.from({ length: trees + 1 }, (_, votes) => String(votes / trees));
  }

  /**
   * The rows as JSON objects, each after a comma and a line feed, as NDJSON or as CSV lines. `returns` and `risk` are
   * those of the rows from `firstReady` on; earlier rows get a reason instead. Written into `memory` if that is large
   * enough.
   */
  write(
    rows: Rows,
    returns: Float64Array,
    risk: RiskPrediction,
    memory?: ArrayBuffer,
  ): Uint8Array<ArrayBuffer> {
    const size = rows.rows * rowBytes;
    this.#bytes = new Uint8Array(
      memory === undefined || memory.byteLength < size ? new ArrayBuffer(size) : memory,
    );
    this.#at = 0;
    const isCsv = this.#format === 'csv';
    for (let row = 0; row < rows.rows; row++) {
      const predicted = row - rows.firstReady;
      if (predicted >= 0) {
        if (isCsv) this.#csvRow(rows, row, returns, risk, predicted);
        else this.#jsonRow(rows, row, returns, risk, predicted);
      } else {
        const reason = `bar ${rows.barsBefore + row + 1} of the ${rows.lookback} that the first prediction needs`;
        if (isCsv) this.#csvBlank(rows, row, reason);
        else this.#jsonBlank(rows, row, reason);
      }
    }
    return this.#bytes.subarray(0, this.#at);
  }

  #jsonRow(rows: Rows, row: number, returns: Float64Array, risk: RiskPrediction, at: number): void {
    const level = risk.levels[at]!;
    const { probabilities } = risk;
    this.#jsonStart(rows, row);
    this.#text(',"predicted_return":');
    this.#text(String(returns[at]));
    this.#text(jsonRisk[level]!);
    this.#share(probabilities[3 * at]!);
    this.#text(',"medium":');
    this.#share(probabilities[3 * at + 1]!);
    this.#text(',"high":');
    this.#share(probabilities[3 * at + 2]!);
    this.#text(this.#format === 'json' ? '}}' : '}}\n');
  }

  #jsonBlank(rows: Rows, row: number, reason: string): void {
    this.#jsonStart(rows, row);
    this.#text(',"predicted_return":null,"risk_level":null,"risk":null,"probabilities":null,"reason":"');
    this.#text(reason);
    this.#text(this.#format === 'json' ? '"}' : '"}\n');
  }

  #jsonStart(rows: Rows, row: number): void {
    this.#text(this.#format === 'json' ? ',\n{"line":' : '{"line":');
    this.#text(String(rows.lines[row]));
    const date = rows.dates[row]!;
    if (date === noDate) return;
    this.#text(',"date":"');
    this.#date(date);
    this.#text('"');
  }

  #csvRow(rows: Rows, row: number, returns: Float64Array, risk: RiskPrediction, at: number): void {
    const { probabilities } = risk;
    this.#csvStart(rows, row);
    this.#text(String(returns[at]));
    this.#text(csvRisk[risk.levels[at]!]!);
    this.#share(probabilities[3 * at]!);
    this.#text(',');
    this.#share(probabilities[3 * at + 1]!);
    this.#text(',');
    this.#share(probabilities[3 * at + 2]!);
    this.#text(',\n');
  }

  #csvBlank(rows: Rows, row: number, reason: string): void {
    this.#csvStart(rows, row);
    this.#text(',,,,,,');
    this.#text(reason);
    this.#text('\n');
  }

  #csvStart(rows: Rows, row: number): void {
    this.#text(String(rows.lines[row]));
    this.#text(',');
    if (rows.dates[row] !== noDate) this.#date(rows.dates[row]!);
    this.#text(',');
  }

  #share(probability: number): void {
    this.#text(this.#shares[Math.round(probability * this.#trees)]!);
  }

  #date(date: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    let rest = date;
    for (let place = 9; place >= 0; place--) {
      if (place === 4 || place === 7) {
        bytes[at + place] = hyphen;
        continue;
      }
      bytes[at + place] = zero + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.#at = at + 10;
  }

  /** ASCII only. */
  #text(text: string): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }
}

const jsonRisk = riskNames.map(
  (name, level) => `,"risk_level":${level},"risk":"${name}","probabilities":{"low":`,
);
const csvRisk = riskNames.map((name, level) => `,${level},${name},`);
