/** Parses CSV by RFC 4180: quoted fields, CRLF or LF, a byte order mark. Blank lines are skipped. */
import { Failure } from '../../../failure.ts';

export interface CsvRecord {
  /** Line on which the record begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * @throws Failure `UnreadableFile` naming the line, for a quote that is not closed or is inside an unquoted field.
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const scanner = new Scanner(text);
  while (!scanner.done) {
    const line = scanner.line;
    const cells = scanner.record();
    if (cells.length > 1 || cells[0] !== '') records.push({ line, cells });
  }
  return records;
}

class Scanner {
  readonly #text: string;
  #position: number;
  line = 1;

  constructor(text: string) {
    this.#text = text;
    this.#position = text.startsWith('\uFEFF') ? 1 : 0;
  }

  get done(): boolean {
    return this.#position >= this.#text.length;
  }

  /** Reads one record and its line end. */
  record(): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.#text[this.#position] === '"' ? this.#quoted() : this.#plain());
      if (this.#skip(',')) continue;
      if (!this.#skip('\r\n') && !this.#skip('\n') && !this.done)
        throw this.#bad('text after a closing quote');
      this.line += 1;
      return cells;
    }
  }

  #skip(token: string): boolean {
    if (!this.#text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  #plain(): string {
    const start = this.#position;
    let end = start;
    while (end < this.#text.length && this.#text[end] !== ',' && this.#text[end] !== '\n') end += 1;
    if (this.#text[end - 1] === '\r' && this.#text[end] === '\n' && end > start) end -= 1;
    this.#position = end;
    const cell = this.#text.slice(start, end);
    if (cell.includes('"')) throw this.#bad('a quote inside a field that is not quoted');
    return cell;
  }

  #quoted(): string {
    let cell = '';
    for (let start = this.#position + 1; ; ) {
      const end = this.#text.indexOf('"', start);
      if (end === -1) throw this.#bad('a quote that is never closed');
      cell += this.#text.slice(start, end);
      this.#position = end + 1;
      if (this.#text[end + 1] !== '"') break;
      cell += '"';
      start = end + 2;
    }
    this.line += cell.split('\n').length - 1;
    return cell;
  }

  #bad(what: string): Failure {
    return new Failure('UnreadableFile', `line ${this.line}: ${what}`, { line: this.line });
  }
}
