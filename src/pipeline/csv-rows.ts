/** CSV artifacts with a fixed header and no quotes: read strictly, with errors that name line and column. */
import type { RiskLevel } from '../api/risk.ts';
import { Failure } from '../failure.ts';
import { isDay } from '../market/days.ts';

/** The cells of one line by their column. Each throws Failure `InvalidArtifact` for what is none of its kind. */
export interface Cells<Column extends string> {
  text(column: Column): string;
  /** A finite number. */
  number(column: Column): number;
  /** A day, `YYYY-MM-DD`. */
  day(column: Column): string;
  risk(column: Column): RiskLevel;
  /** What `text` of the column is not. */
  wrong(column: Column): Failure;
}

/** The lines as CSV, LF after every one; numbers as shortest round-trip decimals. */
export function formatCsv(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return `${[columns.join(','), ...rows.map(row => row.join(','))].join('\n')}\n`;
}

/**
 * Reads what `formatCsv` wrote.
 * @param file named in errors.
 * @throws Failure `InvalidArtifact` naming line and column.
 */
export function readCsv<Column extends string, Row>(
  file: string,
  columns: readonly Column[],
  text: string,
  read: (cells: Cells<Column>) => Row,
): Row[] {
  const header = columns.join(',');
  const lines = text.split('\n');
  if (lines[0] !== header) throw invalid(file, 1, `the header is not "${header}"`);
  if (lines.pop() !== '') throw invalid(file, lines.length + 1, 'the last line is cut short');
  return lines.slice(1).map((line, index) => read(cellsOf(file, columns, line, index + 2)));
}

function cellsOf<Column extends string>(
  file: string,
  columns: readonly Column[],
  line: string,
  lineNumber: number,
): Cells<Column> {
  const values = line.split(',');
  if (values.length !== columns.length) {
    throw invalid(file, lineNumber, `${values.length} values where ${columns.length} belong`);
  }
  const text = (column: Column) => values[columns.indexOf(column)]!;
  const wrong = (column: Column) =>
    invalid(file, lineNumber, `"${text(column)}" is no ${column.replaceAll('_', ' ')}`);
  const number = (column: Column) => {
    const value = Number(text(column));
    if (text(column).trim() === '' || !Number.isFinite(value)) throw wrong(column);
    return value;
  };
  return {
    text,
    number,
    day: column => {
      if (!isDay(text(column))) throw wrong(column);
      return text(column);
    },
    risk: column => {
      const value = number(column);
      if (value !== 0 && value !== 1 && value !== 2) throw wrong(column);
      return value;
    },
    wrong,
  };
}

function invalid(file: string, line: number, problem: string): Failure {
  return new Failure('InvalidArtifact', `${file} line ${line}: ${problem}`, { file, line });
}
