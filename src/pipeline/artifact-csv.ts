/**
 * Formats and reads the CSV artifacts: a fixed header, no quotes, LF after every line. Reading is strict. Errors contain the
 * file, the line and the column, and no content, because they end in a status.
 */
import type { RiskLevel } from '../api/risk.ts';
import { Failure } from '../failure.ts';
import { isDay } from '../market/days.ts';

/** The cells of one line by their column. Each function throws Failure `InvalidArtifact` for a cell of another kind. */
export interface Cells<Column extends string> {
  text(column: Column): string;
  /** A finite decimal number. */
  number(column: Column): number;
  /** A day, `YYYY-MM-DD`. */
  day(column: Column): string;
  risk(column: Column): RiskLevel;
  /** The error for a cell. @param problem by default that it is not a valid value of the column. */
  wrong(column: Column, problem?: string): Failure;
}

/** Numbers as shortest decimals that parse to the same double; NaN, which marks an unknown value, as an empty cell. */
export function formatCsv(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return `${[columns, ...rows.map(row => row.map(formatCell))].map(cells => cells.join(',')).join('\n')}\n`;
}

function formatCell(value: string | number): string {
  if (Number.isNaN(value)) return '';
  // String() drops the sign of a negative zero.
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * The lines after the header of what `formatCsv` wrote.
 * @param file for errors.
 * @throws Failure `InvalidArtifact` naming the line, for another header or number of cells.
 */
export function readCsv<Column extends string>(
  file: string,
  columns: readonly Column[],
  text: string,
): Cells<Column>[] {
  const header = columns.join(',');
  const lines = text.split('\n');
  if (lines[0] !== header) throw invalid(file, { line: 1 }, `the header is not "${header}"`);
  if (lines.pop() !== '') throw invalid(file, { line: lines.length + 1 }, 'the last line is cut short');
  const positions = new Map(columns.map((column, position) => [column, position]));
  return lines.slice(1).map((line, index) => cellsOf(file, positions, line, index + 2));
}

const decimal = /^-?\d+(\.\d+)?(e[+-]\d+)?$/;

function cellsOf<Column extends string>(
  file: string,
  positions: ReadonlyMap<Column, number>,
  content: string,
  line: number,
): Cells<Column> {
  const values = content.split(',');
  if (values.length !== positions.size) {
    throw invalid(file, { line }, `the line does not have ${positions.size} cells, as the header has`);
  }
  const text = (column: Column) => values[positions.get(column)!]!;
  const wrong = (column: Column, problem = 'the value is not valid') =>
    invalid(file, { line, column }, problem);
  return {
    text,
    number(column) {
      const value = Number(text(column));
      if (decimal.test(text(column)) && Number.isFinite(value)) return value;
      throw wrong(column, 'the value is not a number');
    },
    day(column) {
      if (isDay(text(column))) return text(column);
      throw wrong(column, 'the value is not a date');
    },
    risk(column) {
      const level = ([0, 1, 2] as const).find(known => text(column) === String(known));
      if (level === undefined) throw wrong(column, 'the value is not a risk level');
      return level;
    },
    wrong,
  };
}

/** @param place where in the file. */
export function invalid(
  file: string,
  place: { readonly line?: number; readonly column?: string },
  problem: string,
): Failure {
  const line = place.line === undefined ? '' : ` line ${place.line}`;
  const column = place.column === undefined ? '' : `, column ${place.column}`;
  return new Failure('InvalidArtifact', `${file}${line}${column}: ${problem}`, { file, ...place });
}
