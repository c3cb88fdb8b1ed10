/** Which failed requests are retried, and when. */
import { backoffDelay } from '../../backoff.ts';
import type { ApiError } from '../client.ts';

/** Attempts for one call, including the first. */
const ATTEMPTS = 4;
const BACKOFF = { base: 100, cap: 2_000, jitter: 0.5 };
/** The longest wait between attempts, also if the server requests a longer one; milliseconds. */
const LONGEST_WAIT = 10_000;

const CONNECTION_LOST = new Set(['ECONNRESET', 'EPIPE']);

/** Idempotent methods, as this client uses them. */
const IDEMPOTENT = new Set(['GET', 'PATCH', 'DELETE']);

export interface FailedAttempt {
  readonly method: string;
  readonly error: ApiError;
  /** `Retry-After` of the response in seconds, if it has one. */
  readonly retryAfter: number | undefined;
  /** From 1. */
  readonly attempt: number;
}

/**
 * Milliseconds to wait before the next attempt; null if the call is not retried. A server that requests a retry has not
 * carried out the request. After a lost connection it may have, so only idempotent methods are retried.
 */
export function retryDelay(
  { method, error, retryAfter, attempt }: FailedAttempt,
  random: () => number,
): number | null {
  if (attempt >= ATTEMPTS) return null;
  const delay = backoffDelay(BACKOFF, attempt, random);
  const refused = error.code === 429 || (error.code === 503 && retryAfter !== undefined);
  if (refused) return Math.min(LONGEST_WAIT, Math.max(delay, (retryAfter ?? 0) * 1000 + delay / 4));
  if (error.code !== 0) return null;
  if (error.reason === 'ECONNREFUSED') return delay;
  return IDEMPOTENT.has(method) && CONNECTION_LOST.has(error.reason) ? delay : null;
}
