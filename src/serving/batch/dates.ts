/** Calendar days as integers YYYYMMDD, which sort like dates. */

/** Stands for a missing date. */
export const noDate = 0;

const daysInMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const zero = 48;
const hyphen = 45;

/** The day `YYYY-MM-DD` at `bytes[at]`, or `noDate` when there is none or the calendar has no such day. */
export function readDate(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== hyphen || bytes[at + 7] !== hyphen) return noDate;
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth[month]!;
  if (!exists || (month === 2 && day === 29 && !isLeap(year))) return noDate;
  return year * 10_000 + month * 100 + day;
}

/** `date` as `YYYY-MM-DD`. */
export function formatDate(date: number): string {
  const digits = String(date).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** NaN unless both are digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - zero;
  const ones = bytes[at + 1]! - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
