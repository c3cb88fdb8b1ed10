/** Exponential backoff with jitter, and the wait that a server requests by `Retry-After`. */

/** `base` and `cap` share one unit of time, which is that of the delay. */
export interface Backoff {
  /** Upper bound of the first delay; must be positive. Doubles with each further attempt. */
  readonly base: number;
  /** Upper bound of every delay. */
  readonly cap: number;
  /**
   * The share of a delay that is random, from 0 to 1: 1 is "full jitter" and ½ "equal jitter" (M. Brooker,
   * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). It spreads clients that failed at the same time.
   */
  readonly jitter: number;
}

/**
 * The delay after the given number of consecutive failures.
 * @param failures at least 1
 * @param random uniform in [0, 1)
 */
export function backoffDelay({ base, cap, jitter }: Backoff, failures: number, random: () => number): number {
  const longest = Math.min(cap, base * 2 ** (failures - 1));
  return longest * (1 - jitter + jitter * random());
}

/**
 * Parses `Retry-After` (RFC 9110, 10.2.3): seconds, or an HTTP date, which is compared with the response's own `Date`
 * so that clocks need not agree.
 * @returns seconds, never negative; undefined when the header is missing or invalid
 */
export function retryAfterSeconds(
  retryAfter: string | null | undefined,
  date: string | null | undefined,
): number | undefined {
  const value = retryAfter?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  // Date.parse also takes '-5', as a year.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const seconds = (Date.parse(value) - Date.parse(date ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
