/** Finds CSV fields (RFC 4180; blanks around a field are ignored). */

const comma = 44;
const quote = 34;
const carriageReturn = 13;
const lineFeed = 10;

export interface Field {
  /** First byte of the content, without quotes and blanks. */
  readonly from: number;
  /** End of the content, exclusive. */
  readonly to: number;
  /** The comma or line end after it. */
  readonly end: number;
}

/** The field that starts at `bytes[at]`; undefined when a quote is not closed on the line or text follows it. */
export function findField(bytes: Uint8Array, at: number): Field | undefined {
  let from = at;
  while (isBlank(bytes[from])) from++;
  if (bytes[from] === quote) return findQuoted(bytes, from + 1);
  let end = from;
  while (!isEnd(bytes, end)) end++;
  let to = end;
  while (to > from && isBlank(bytes[to - 1])) to--;
  return { from, to, end };
}

function findQuoted(bytes: Uint8Array, from: number): Field | undefined {
  let to = from;
  while (bytes[to] !== quote || bytes[to + 1] === quote) {
    if (bytes[to] === lineFeed || to >= bytes.length) return undefined;
    to += bytes[to] === quote ? 2 : 1;
  }
  let end = to + 1;
  while (isBlank(bytes[end])) end++;
  return isEnd(bytes, end) ? { from, to, end } : undefined;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function isEnd(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  return (
    byte === comma ||
    byte === lineFeed ||
    (byte === carriageReturn && bytes[at + 1] === lineFeed) ||
    at >= bytes.length
  );
}
