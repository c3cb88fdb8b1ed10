/**
 * Parses a CSV file of bars. Pure: `source.ts` reads the file. Messages end in the status of the run, so they contain the
 * line, the column and what was expected, and nothing of the file.
 */
import { Failure } from '../../../failure.ts';
import { isDay } from '../../days.ts';
import type { RawBar } from '../../source.ts';
import { failureOf, type Violation } from '../../violations.ts';
import { type CsvRecord, parseCsv } from './csv.ts';

const columns = ['date', 'open', 'high', 'low', 'close', 'volume'] as const;
type Column = (typeof columns)[number];

/**
 * Reads a header (names in any case and order; other columns, such as `Adj Close`, are ignored) and one row per
 * day. An empty cell is a missing value, and so is `null`, which Yahoo's exports contain.
 * @param name of the file, for messages.
 * @throws Failure `UnreadableFile` naming every bad line and its column.
 */
export function parseBarFile(name: string, text: string): RawBar[] {
  const [header, ...records] = parseRecords(name, text);
  if (header === undefined) throw new Failure('UnreadableFile', `${name} is empty`, { path: name });
  const position = findColumns(name, header);
  const violations: Violation[] = [];
  const rows = records.map(record => {
    const faults: string[] = [];
    const row = readRow(record, header.cells.length, position, faults);
    for (const fault of faults) {
      violations.push({ reason: 'UnreadableFile', message: `line ${record.line}: ${fault}` });
    }
    return row;
  });
  if (violations.length > 0) throw failureOf(name, violations);
  return rows;
}

/** Adds what cannot be read to `faults`, so that one bad cell does not hide the next. */
function readRow(
  { line, cells }: CsvRecord,
  width: number,
  position: Record<Column, number>,
  faults: string[],
): RawBar {
  const text = (column: Column): string => cells[position[column]]?.trim() ?? '';
  const number = (column: Column): number | null => {
    const value = readNumber(text(column));
    if (value === undefined) faults.push(`${column} is not a number`);
    return value ?? null;
  };
  const place = `line ${line}`;
  if (cells.length !== width) {
    faults.push('does not have as many cells as the header');
    return { date: '', open: null, high: null, low: null, close: null, volume: null, place };
  }
  const date = readDay(text('date'));
  if (date === undefined) faults.push('date is not a day as YYYY-MM-DD');
  return {
    date: date ?? '',
    open: number('open'),
    high: number('high'),
    low: number('low'),
    close: number('close'),
    volume: number('volume'),
    place,
  };
}

function parseRecords(name: string, text: string): CsvRecord[] {
  try {
    return parseCsv(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.reason, `${name}: ${error.message}`, { path: name, ...error.details });
  }
}

function findColumns(name: string, header: CsvRecord): Record<Column, number> {
  const names = header.cells.map(cell => cell.trim().toLowerCase());
  const missing = columns.filter(column => !names.includes(column));
  const duplicates = columns.filter(column => names.indexOf(column) !== names.lastIndexOf(column));
  if (missing.length > 0 || duplicates.length > 0) {
    const faults = [
      ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
      ...(duplicates.length > 0 ? [`has ${duplicates.join(', ')} twice`] : []),
    ].join(' and ');
    const message = `${name}, line ${header.line}: the header ${faults}; it must name ${columns.join(', ')}, separated by commas`;
    throw new Failure('UnreadableFile', message, { path: name, missing, duplicates });
  }
  const at = (column: Column): number => names.indexOf(column);
  return {
    date: at('date'),
    open: at('open'),
    high: at('high'),
    low: at('low'),
    close: at('close'),
    volume: at('volume'),
  };
}

/** Null for a missing value, undefined for text that is not a number. */
function readNumber(text: string): number | null | undefined {
  if (text === '' || text.toLowerCase() === 'null') return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** A day, alone or followed by midnight, as yfinance writes it (`2013-05-13 00:00:00-04:00`). */
function readDay(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})([T ]00:00(:00(\.0+)?)?([+-]\d{2}:?\d{2}|Z)?)?$/.exec(text);
  const day = match?.[1];
  return day !== undefined && isDay(day) ? day : undefined;
}
