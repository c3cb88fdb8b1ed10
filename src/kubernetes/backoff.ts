export interface Backoff {
  /** The first delay, in milliseconds. */
  readonly base: number;
  /** No delay is longer, in milliseconds. */
  readonly cap: number;
}

/**
 * The delay before attempt `failures` + 1: doubled for each failure in a row, with the upper half left to chance, so
 * that many who failed together do not come back together.
 * @param failures at least 1
 * @param random from 0 up to 1
 */
export function backoffDelay({ base, cap }: Backoff, failures: number, random: () => number): number {
  const longest = Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
  return longest * (0.5 + random() / 2);
}
