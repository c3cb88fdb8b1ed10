// @ts-check
/** Figures and dates as people read them; without Intl, so that every machine writes the same bytes. */

export const riskNames = /** @type {const} */ (['Low', 'Medium', 'High']);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * With a true minus sign, and none before a zero.
 * @param {number} value
 * @param {number} digits
 */
export function decimal(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/**
 * @param {number} value
 * @param {number} digits
 */
export function signed(value, digits) {
  const text = decimal(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/**
 * A fraction as a percentage; a dash where it is not defined (the recall of a class that never occurred).
 * @param {number | null} fraction
 * @param {number} [digits]
 */
export function percent(fraction, digits = 2) {
  return fraction === null ? '–' : `${decimal(fraction * 100, digits)}\u00a0%`;
}

/** @param {number} fraction @param {number} [digits] */
export function signedPercent(fraction, digits = 2) {
  return `${signed(fraction * 100, digits)}\u00a0%`;
}

/**
 * Number of decimals needed to distinguish multiples of a step: 2 for 0.25.
 * @param {number} step above 0
 */
export function digitsOf(step) {
  let digits = 0;
  while (digits < 12 && Math.abs(step - Number(step.toFixed(digits))) > step * 1e-9) digits++;
  return digits;
}

/** "188.59", and "0.01234" where two digits would not say much. @param {number} value */
export function price(value) {
  return Math.abs(value) >= 10 || value === 0 ? value.toFixed(2) : value.toPrecision(4);
}

/**
 * "93.1 % (91.2 to 94.9)".
 * @param {{estimate: number, lower: number, upper: number}} interval of fractions
 */
export function percentInterval({ estimate, lower, upper }) {
  return `${percent(estimate, 1)} (${decimal(lower * 100, 1)} to ${decimal(upper * 100, 1)})`;
}

/** "p = 0.034" or "p < 0.001". @param {number} p */
export function pValue(p) {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** Keeps "83.6 %" and "p = 0.03" on one line. @param {string} text */
export function unbroken(text) {
  return text.replaceAll(' %', '\u00a0%').replaceAll(/\b(p) ([=<]) /g, '$1\u00a0$2\u00a0');
}

/** Thousands parted by commas. @param {number} value a whole number */
export function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "11 May 2018". @param {string} date `YYYY-MM-DD` */
export function day(date) {
  const [year, month, number] = date.split('-');
  return `${Number(number)} ${months[Number(month) - 1]} ${year}`;
}

/** "May 2018". @param {string} date `YYYY-MM-DD` */
export function month(date) {
  return day(date).replace(/^\d+ /, '');
}

/** "3.2 MB". @param {number} size in bytes */
export function bytes(size) {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}

/** A feature's value, short enough for a form, exact enough to try. @param {number} value */
export function indicator(value) {
  return String(Number(value.toPrecision(8)));
}
