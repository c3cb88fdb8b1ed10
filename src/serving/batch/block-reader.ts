/** A block of whole lines into rows of features. */
import type { Feature } from '../../api/artifacts.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import { BarSeries } from './bar-series.ts';
import type { Layout } from './layout.ts';
import type { Problem, Trouble } from './problem.ts';
import { RowReader } from './row-reader.ts';

/** Handling of bad rows: end the request, or leave the row out and count it. */
export type OnError = 'fail' | 'skip';

/** Bad rows listed at most; all are counted. */
export const listedProblems = 100;

/** Whole lines of the file. The last one ends in a line feed too. */
export interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Line of the file at which it begins. */
  readonly firstLine: number;
  readonly lines: number;
}

/** Rows to predict. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array<ArrayBuffer>;
  /** YYYYMMDD, or `noDate`. */
  readonly dates: Int32Array<ArrayBuffer>;
  readonly lines: Uint32Array<ArrayBuffer>;
  /** Rows before this one have no features yet. */
  readonly firstReady: number;
  /** Bars of the upload before the first row, for the message of rows without features. */
  readonly barsBefore: number;
  /** Bars needed for the first features; 1 if the file contains the features themselves. */
  readonly lookback: number;
  /** The bad rows, the first `listedProblems`. */
  readonly problems: readonly Problem[];
  readonly badRows: number;
}

/** Reads the blocks of one upload; of raw bars in order, since a row depends on those before it. */
export class BlockReader {
  readonly #reader: RowReader;
  readonly #features: readonly Feature[];
  readonly #series: BarSeries | undefined;
  readonly #onError: OnError;

  constructor(layout: Layout, onError: OnError, features: readonly Feature[], windows: FeatureWindows) {
    this.#reader = new RowReader(layout);
    this.#features = features;
    this.#series = layout.input === 'ohlcv' ? new BarSeries(features, windows) : undefined;
    this.#onError = onError;
  }

  /** The rows before the first bad one if `onError` is fail, else all good rows. */
  read({ bytes, firstLine, lines }: Block): Rows {
    const columns = this.#features.length;
    const series = this.#series;
    const barsBefore = series?.bars ?? 0;
    const values = new Float64Array(lines * columns);
    const dates = new Int32Array(lines);
    const lineNumbers = new Uint32Array(lines);
    const problems: Problem[] = [];
    let badRows = 0;
    let rows = 0;
    for (let at = 0, line = firstLine; at < bytes.length; at = this.#reader.next, line++) {
      // A message costs more than the row: only listed ones are written.
      this.#reader.explains = badRows < listedProblems;
      const kind = this.#reader.read(bytes, at);
      if (kind === 'blank') continue;
      const trouble = kind === 'bad' ? this.#reader.trouble : this.#take(values, rows * columns);
      if (trouble === undefined) {
        dates[rows] = this.#reader.date;
        lineNumbers[rows++] = line;
        continue;
      }
      if (badRows++ < listedProblems) problems.push({ line, ...trouble });
      if (this.#onError === 'fail') break;
    }
    const lookback = series?.lookback ?? 1;
    const firstReady = Math.min(rows, Math.max(0, lookback - 1 - barsBefore));
    return {
      rows,
      columns,
      values,
      dates,
      lines: lineNumbers,
      firstReady,
      barsBefore,
      lookback,
      problems,
      badRows,
    };
  }

  /** Writes the features of the row just read. Returns what is wrong with it, if anything. */
  #take(values: Float64Array, offset: number): Trouble | undefined {
    const { date, values: row } = this.#reader;
    if (this.#series !== undefined) return this.#series.push(date, row, values, offset);
    for (let column = 0; column < row.length; column++) {
      const value = row[column]!;
      const { name, minimum, maximum } = this.#features[column]!;
      if ((minimum === null || value >= minimum) && (maximum === null || value <= maximum)) {
        values[offset + column] = value;
        continue;
      }
      const wanted = [
        minimum === null ? '' : `at least ${minimum}`,
        maximum === null ? '' : `at most ${maximum}`,
      ].filter(bound => bound !== '');
      const message = `${name} is ${value}, must be ${wanted.join(' and ')}`;
      return { column: name, code: 'OutOfRange', message };
    }
    return undefined;
  }
}
