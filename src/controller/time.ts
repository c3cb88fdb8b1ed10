/** Kubernetes writes times as ISO 8601 in whole seconds; decisions use milliseconds since the epoch. */

/** Such as 2026-11-23T21:30:00Z. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Milliseconds since the epoch. @throws RangeError if the text is not a time */
export function parseTime(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new RangeError(`not a time: ${text}`);
  return milliseconds;
}

/** The earliest of several times, where null means never. */
export function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
