/** The layout of an upload from its header: raw bars or indicators, and the role of each column. */
import { isUtf8 } from 'node:buffer';
import type { Feature } from '../../api/artifacts.ts';
import { HttpError } from '../errors.ts';
import { findField } from './field.ts';

/** Columns of raw bars, in the order of the values of a row. */
export const priceColumns = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Negative roles. A role from 0 on is the index of the column's value in a row. */
export const dateRole = -1;
const ignoredRole = -2;

/** Plain data, since it is sent to the workers. */
export interface Layout {
  readonly input: 'ohlcv' | 'indicators';
  /** Names as in the file. */
  readonly names: readonly string[];
  /** For each column of the file the place of its value in a row, `dateRole` or `ignoredRole`. */
  readonly roles: readonly number[];
  /** Values in a row. */
  readonly columns: number;
}

/**
 * Reads the header line. A file with any of open, high, low, close is raw bars; any other holds indicators.
 * @throws HttpError InvalidHeader naming the columns that are missing, unknown or repeated.
 */
export function readLayout(header: Uint8Array, line: number, features: readonly Feature[]): Layout {
  const names = splitHeader(header, line);
  const keys = names.map(name => name.toLowerCase());
  refuseDuplicates(names, keys, line);
  const wanted = features.map(feature => feature.name);
  const isBars = keys.some(key => key !== 'volume' && !wanted.includes(key) && isPrice(key));
  const values: readonly string[] = isBars ? priceColumns : wanted;
  const roles = keys.map(key => roleOf(key, values, isBars));

  const missing = values.filter(name => !keys.includes(name));
  if (isBars && !keys.includes('date')) missing.unshift('date');
  const unknown = names.filter((_, i) => roles[i] === undefined);
  if (missing.length > 0 || unknown.length > 0) {
    const expected = isBars ? 'date,open,high,low,close,volume' : wanted.join(',');
    throw new HttpError('InvalidHeader', explain(missing, unknown, isBars, expected), {
      line,
      missing,
      unknown: firstNames(unknown),
      expected: expected.split(','),
    });
  }
  return {
    input: isBars ? 'ohlcv' : 'indicators',
    names,
    roles: roles.filter(role => role !== undefined),
    columns: values.length,
  };
}

function isPrice(key: string): boolean {
  return priceColumns.some(name => name === key);
}

function roleOf(key: string, values: readonly string[], isBars: boolean): number | undefined {
  const place = values.indexOf(key);
  if (place >= 0) return place;
  if (key === 'date') return dateRole;
  // Exports of Yahoo's history contain it. Returns here are those of the split-adjusted close.
  return isBars && key === 'adj close' ? ignoredRole : undefined;
}

function explain(missing: string[], unknown: string[], isBars: boolean, expected: string): string {
  const parts = [
    missing.length > 0 ? `lacks ${list(missing)}` : '',
    unknown.length > 0 ? `has unknown ${list(unknown)}` : '',
  ].filter(part => part !== '');
  const forms = isBars ? expected : `date,open,high,low,close,volume or ${expected}`;
  return `the header ${parts.join(' and ')}; the expected columns are ${forms}`;
}

const namesShown = 8;

/** The first names, truncated: the first line of a binary file can be anything. */
function firstNames(names: readonly string[]): string[] {
  return names.slice(0, namesShown).map(name => name.slice(0, 40));
}

function list(names: readonly string[]): string {
  const quoted = firstNames(names).map(name => JSON.stringify(name));
  return `column${names.length > 1 ? 's' : ''} ${quoted.join(', ')}${names.length > namesShown ? ', …' : ''}`;
}

function refuseDuplicates(names: readonly string[], keys: readonly string[], line: number): void {
  const seen = new Set<string>();
  const twice = names.filter((_, i) => {
    const size = seen.size;
    return seen.add(keys[i]!).size === size;
  });
  if (twice.length === 0) return;
  throw new HttpError('InvalidHeader', `the header has ${list(twice)} more than once`, {
    line,
    duplicate: firstNames(twice),
  });
}

function checkText(header: Uint8Array, line: number): void {
  if (isUtf8(header)) return;
  const isUtf16 = (header[0] === 0xff && header[1] === 0xfe) || (header[0] === 0xfe && header[1] === 0xff);
  const what = isUtf16 ? 'is UTF-16, not UTF-8' : 'is not UTF-8 text';
  throw new HttpError('InvalidHeader', `the file ${what}: save it as CSV in UTF-8`, { line, column: null });
}

const comma = 44;
const quote = 34;

/** The fields of the header, unquoted, without blanks around them. */
function splitHeader(header: Uint8Array, line: number): string[] {
  checkText(header, line);
  // Faster than a TextDecoder on the thousands of short names of a hostile header.
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.length);
  const names: string[] = [];
  for (let at = 0; ; ) {
    const field = findField(header, at);
    const isQuoted = field !== undefined && header[field.from - 1] === quote;
    const text = field === undefined ? '"' : bytes.toString('utf8', field.from, field.to);
    if (field === undefined || (!isQuoted && text.includes('"'))) {
      const message = `line ${line}: a quote in the header is not closed or misplaced`;
      throw new HttpError('InvalidHeader', message, { line, column: null });
    }
    names.push((isQuoted ? text.replaceAll('""', '"') : text).trim());
    if (header[field.end] !== comma) return names;
    at = field.end + 1;
  }
}
