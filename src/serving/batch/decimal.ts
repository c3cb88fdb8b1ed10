/**
 * Parses decimal numbers from bytes, in most cases without a string. The result is always the double that
 * `Number(text)` gives.
 *
 * Up to 2^53 digits and power of ten are both exact doubles and one correctly rounded operation joins them
 * (Clinger, How to Read Floating Point Numbers Accurately, 1990). Longer ones are divided in double-double
 * arithmetic (Dekker, 1971) whose error is bounded. The engine's parser is used only where that bound leaves the
 * rounding open, and for exponents beyond 22.
 */

/** Powers of ten that are exact doubles. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits that fit a double whatever they are. */
const exactDigits = 15;
const exactLimit = 2 ** 53;
const splitter = 2 ** 27 + 1;

const minus = 45;
const plus = 43;
const point = 46;
const zero = 48;
const lowerE = 101;

export class DecimalReader {
  /** Offset of the first byte after the number that was read last. */
  end = 0;
  /** Significant digits: the first 15 and the next 15. */
  #high = 0;
  #low = 0;
  #digits = 0;
  /** Whether there was any digit, zeros included. */
  #any = false;

  /**
   * The number that starts at `bytes[at]`: optional sign, digits with an optional point, optional exponent. NaN when
   * there is none or it is too large for a double. A byte that is not a digit must follow.
   */
  read(bytes: Uint8Array, at: number): number {
    const sign = bytes[at]!;
    this.#high = 0;
    this.#low = 0;
    this.#digits = 0;
    this.#any = false;
    let i = this.#readDigits(bytes, sign === minus || sign === plus ? at + 1 : at);
    let exponent = 0;
    if (bytes[i] === point) {
      const from = i + 1;
      i = this.#readDigits(bytes, from);
      exponent = from - i;
    }
    this.end = i;
    if (!this.#any) return Number.NaN;
    if ((bytes[i]! | 0x20) === lowerE) exponent += this.#readExponent(bytes, i + 1);
    const value = this.#join(exponent, sign === minus);
    return Number.isNaN(value) ? this.#parseText(bytes, at) : value;
  }

  /** Reads digits from `i` on; returns where they end. */
  #readDigits(bytes: Uint8Array, i: number): number {
    let high = this.#high;
    let low = this.#low;
    let digits = this.#digits;
    const from = i;
    for (let digit = bytes[i]! - zero; digit >= 0 && digit <= 9; digit = bytes[++i]! - zero) {
      if (digits < exactDigits) high = high * 10 + digit;
      else if (digits < 2 * exactDigits) low = low * 10 + digit;
      // Leading zeros are not significant.
      if (digits > 0 || digit > 0) digits++;
    }
    this.#high = high;
    this.#low = low;
    this.#digits = digits;
    if (i > from) this.#any = true;
    return i;
  }

  /** The exponent after an `e`; sets `end` behind it, or leaves it before an `e` that no digits follow. */
  #readExponent(bytes: Uint8Array, i: number): number {
    const sign = bytes[i]!;
    if (sign === minus || sign === plus) i++;
    let value = 0;
    const from = i;
    for (let digit = bytes[i]! - zero; digit >= 0 && digit <= 9; digit = bytes[++i]! - zero) {
      value = Math.min(value * 10 + digit, 1_000_000);
    }
    if (i > from) this.end = i;
    return sign === minus ? -value : value;
  }

  /** The digits times ten to the `exponent`; NaN where that takes more than a few exact operations. */
  #join(exponent: number, negative: boolean): number {
    if (exponent < -22 || exponent > 22 || this.#digits > 2 * exactDigits) return Number.NaN;
    const lowDigits = this.#digits - exactDigits;
    const mantissa = lowDigits > 0 ? this.#high * powers[lowDigits]! + this.#low : this.#high;
    let value: number;
    if (mantissa < exactLimit)
      value = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!;
    else if (exponent < 0) value = divide(this.#high, powers[lowDigits]!, this.#low, powers[-exponent]!);
    else return Number.NaN;
    return negative ? -value : value;
  }

  #parseText(bytes: Uint8Array, at: number): number {
    const value = Number(Buffer.from(bytes.buffer, bytes.byteOffset + at, this.end - at).toString('latin1'));
    return Number.isFinite(value) ? value : Number.NaN;
  }
}

/** `(a * b + c) / d` correctly rounded, or NaN where double-double arithmetic cannot decide. All are integers. */
function divide(a: number, b: number, c: number, d: number): number {
  const product = a * b;
  const sum = product + c;
  const back = sum - product;
  const rest = product - (sum - back) + (c - back) + roundingOf(a, b, product);
  const quotient = sum / d;
  const whole = quotient * d;
  const remainder = sum - whole - roundingOf(quotient, d, whole);
  const correction = (remainder + rest) / d;
  const error = Math.abs(correction) * 2 ** -50 + quotient * 2 ** -100;
  const lower = quotient + (correction - error);
  return lower === quotient + (correction + error) ? lower : Number.NaN;
}

/** The rounding error of `a * b`: the exact product is `product` plus this (Dekker; Veltkamp's split). */
function roundingOf(a: number, b: number, product: number): number {
  const wideA = a * splitter;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = b * splitter;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}
