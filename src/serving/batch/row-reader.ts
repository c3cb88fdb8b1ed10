/** Reads CSV rows from bytes, without strings for valid rows. */
import { isUtf8 } from 'node:buffer';
import { noDate, readDate } from './dates.ts';
import { DecimalReader } from './decimal.ts';
import { type Field, findField } from './field.ts';
import { dateRole, type Layout } from './layout.ts';
import type { ProblemCode, Trouble } from './problem.ts';

const comma = 44;
const carriageReturn = 13;
const lineFeed = 10;

/** Maximum length of a line, in bytes: far above any row of numbers, far below a block. */
const maximumLineBytes = 65_536;

export type LineKind = 'row' | 'blank' | 'bad';

/** Reads one line at a time into `values` and `date`. */
export class RowReader {
  /** The row's values in the layout's order. */
  readonly values: Float64Array;
  /** The row's date as YYYYMMDD, or `noDate`. */
  date = noDate;
  /** What is wrong with the last bad line. */
  trouble: Trouble = { column: null, code: 'RaggedRow', message: '' };
  /** Whether `trouble` needs a message. */
  explains = true;
  /** Where the next line starts. */
  next = 0;
  readonly #layout: Layout;
  readonly #decimals = new DecimalReader();

  constructor(layout: Layout) {
    this.#layout = layout;
    this.values = new Float64Array(layout.columns);
  }

  /** Reads the line at `bytes[at]`. Every line ends in a line feed, the last one too. */
  read(bytes: Uint8Array, at: number): LineKind {
    if (isLineEnd(bytes, at)) {
      this.next = at + (bytes[at] === lineFeed ? 1 : 2);
      return 'blank';
    }
    const end = this.#readFields(bytes, at);
    if (end >= 0) {
      this.next = end + (bytes[end] === lineFeed ? 1 : 2);
      if (this.next - at <= maximumLineBytes) return 'row';
      this.#fail(-1, 'LineTooLong', `longer than ${maximumLineBytes} bytes`);
      return 'bad';
    }
    this.next = bytes.indexOf(lineFeed, at) + 1;
    return this.#isBlank(bytes, at) ? 'blank' : 'bad';
  }

  /** Reads every field of a line; returns where it ends, or -1 after setting `trouble`. */
  #readFields(bytes: Uint8Array, at: number): number {
    const { roles } = this.#layout;
    const last = roles.length - 1;
    this.date = noDate;
    for (let column = 0; column <= last; column++) {
      const role = roles[column]!;
      const end =
        role >= 0 ? this.#readValue(bytes, at, column, role) : this.#readOther(bytes, at, column, role);
      if (end < 0) return -1;
      if (column < last ? bytes[end] !== comma : !isLineEnd(bytes, end))
        return this.#ragged(bytes, at, column);
      at = column < last ? end + 1 : end;
    }
    return at;
  }

  /** Reads a number into `values[place]`; returns where the field ends, or -1. */
  #readValue(bytes: Uint8Array, at: number, column: number, place: number): number {
    const value = this.#decimals.read(bytes, at);
    const { end } = this.#decimals;
    if (!Number.isNaN(value) && (bytes[end] === comma || isLineEnd(bytes, end))) {
      this.values[place] = value;
      return end;
    }
    return this.#readWrappedValue(bytes, at, column, place);
  }

  /** A number in quotes or surrounded by blanks. */
  #readWrappedValue(bytes: Uint8Array, at: number, column: number, place: number): number {
    const field = this.#field(bytes, at, column);
    if (field === undefined) return -1;
    const value = this.#decimals.read(bytes, field.from);
    if (field.from < field.to && !Number.isNaN(value) && this.#decimals.end === field.to) {
      this.values[place] = value;
      return field.end;
    }
    return this.#refuse(bytes, field, column, 'NotANumber', 'a decimal number within the range of a double');
  }

  #readOther(bytes: Uint8Array, at: number, column: number, role: number): number {
    const field = this.#field(bytes, at, column);
    if (field === undefined) return -1;
    if (role !== dateRole) return field.end;
    if (field.to - field.from === 10) this.date = readDate(bytes, field.from);
    if (this.date !== noDate) return field.end;
    return this.#refuse(bytes, field, column, 'InvalidDate', 'an existing date as YYYY-MM-DD');
  }

  #field(bytes: Uint8Array, at: number, column: number): Field | undefined {
    const field = findField(bytes, at);
    if (field !== undefined) return field;
    const message =
      'a quote is not closed on its line or text follows it (fields of several lines are not supported)';
    this.#fail(column, 'UnclosedQuote', message);
    return undefined;
  }

  #refuse(bytes: Uint8Array, field: Field, column: number, code: ProblemCode, wanted: string): -1 {
    if (!this.explains) return this.#fail(column, code, '');
    const content = bytes.subarray(field.from, field.to);
    if (!isUtf8(content)) return this.#fail(column, 'NotUtf8', 'contains bytes that are not UTF-8');
    if (content.length === 0) return this.#fail(column, code, `is empty, must be ${wanted}`);
    const text = new TextDecoder().decode(content.subarray(0, 40));
    return this.#fail(column, code, `is ${JSON.stringify(text)}, must be ${wanted}`);
  }

  #ragged(bytes: Uint8Array, at: number, column: number): -1 {
    if (!this.explains) return this.#fail(-1, 'RaggedRow', '');
    let fields = column + 1;
    for (let field = findField(bytes, at); field !== undefined && bytes[field.end] === comma; fields++) {
      field = findField(bytes, field.end + 1);
    }
    const wanted = this.#layout.names.length;
    return this.#fail(
      -1,
      'RaggedRow',
      `has ${fields} field${fields === 1 ? '' : 's'}, the header has ${wanted}`,
    );
  }

  #fail(column: number, code: ProblemCode, message: string): -1 {
    const name = this.#layout.names[column] ?? null;
    this.trouble = { column: name, code, message: name === null ? message : `${name} ${message}` };
    return -1;
  }

  #isBlank(bytes: Uint8Array, at: number): boolean {
    const field = findField(bytes, at);
    return field !== undefined && field.from === field.to && isLineEnd(bytes, field.end) && bytes[at] !== 34;
  }
}

/** Whether a line ends at `at`: LF, or CR and LF. */
function isLineEnd(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  return byte === lineFeed || (byte === carriageReturn && bytes[at + 1] === lineFeed);
}
