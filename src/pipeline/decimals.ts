/** Digits of a headline figure: five are enough to distinguish an RMSE from the mean's; the artifacts have all digits. */
export function headlineDigits(value: number): string {
  return String(Number(value.toPrecision(5)));
}
