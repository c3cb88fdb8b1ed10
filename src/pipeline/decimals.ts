/** A headline figure as text: five significant digits tell an RMSE from the mean's; the artifacts hold them all. */
export function headlineDigits(value: number): string {
  return String(Number(value.toPrecision(5)));
}
