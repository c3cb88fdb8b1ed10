/** Formats figures for messages. */

/** 0.0142061 is "1.4206 %". */
export function percent(value: number): string {
  return `${Number((100 * value).toPrecision(5))} %`;
}

/** A p-value or ratio, to `count` significant digits. */
export function digits(value: number, count = 3): string {
  return String(Number(value.toPrecision(count)));
}

/** Whether the value is above the limit by more than a rounding error: 0.9 - 0.88 does not exceed 0.02. */
export function exceeds(value: number, limit: number): boolean {
  return value - limit > 1e-9;
}
