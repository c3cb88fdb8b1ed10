/** Problems of rows. */
import { HttpError } from '../errors.ts';

export type ProblemCode =
  | 'RaggedRow'
  | 'UnclosedQuote'
  | 'NotUtf8'
  | 'LineTooLong'
  | 'NotANumber'
  | 'OutOfRange'
  | 'InvalidDate'
  | 'UnsortedDates'
  | 'InvalidBar';

/** A row that cannot be predicted. */
export interface Problem {
  /** Line of the file, counted from 1, blank lines included. */
  readonly line: number;
  /** Name of the column as the header gives it; null when the whole row is wrong. */
  readonly column: string | null;
  readonly code: ProblemCode;
  readonly message: string;
}

/** A problem before its line is known. */
export type Trouble = Omit<Problem, 'line'>;

/** The error of a request that ends at a bad row. */
export function rowError({ line, column, code, message }: Problem): HttpError {
  return new HttpError('InvalidRow', `line ${line}: ${message}`, { line, column, reason: code });
}
