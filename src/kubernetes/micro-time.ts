/** A MicroTime of the API, such as 2026-11-23T21:30:00.123000Z: six decimals, or the server refuses it. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
