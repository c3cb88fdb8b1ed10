/** Which failed requests are repeated, and when. */
import { backoffDelay } from '../../backoff.ts';
import type { ApiError } from '../client.ts';

/** Attempts at one call, the first included. */
const ATTEMPTS = 4;
const BACKOFF = { base: 100, cap: 2_000, jitter: 0.5 };
/** Nobody is made to wait longer than this between attempts, whatever the server asks for; milliseconds. */
const LONGEST_WAIT = 10_000;

const CONNECTION_LOST = new Set(['ECONNRESET', 'EPIPE']);

/** Doing them twice comes to the same as once. */
const IDEMPOTENT = new Set(['GET', 'PATCH', 'DELETE']);

export interface FailedAttempt {
  readonly method: string;
  readonly error: ApiError;
  /** The answer's Retry-After in seconds, where there is one. */
  readonly retryAfter: number | undefined;
  /** From 1. */
  readonly attempt: number;
}

/**
 * Milliseconds to wait before the next attempt; null when the failure is the caller's to deal with. A server that
 * asks to come back later has not done the work; one that was lost may have, so that only idempotent calls are
 * repeated.
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
