/** Retries of transient failures: exponential backoff with full jitter, on top of the wait that the server requests. */
import { setTimeout as wait } from 'node:timers/promises';
import { backoffDelay } from '../backoff.ts';
import { Failure, messageOf } from '../failure.ts';

export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Upper bound of the first wait; doubles with each retry. */
  readonly baseSeconds: number;
  /** Upper bound of the backoff, without what the server requests. */
  readonly maximumSeconds: number;
  /** Longest wait that a server can request; a longer one ends the retries. */
  readonly maximumRetryAfterSeconds: number;
}

export interface RetryTools {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** @throws the signal's reason, as soon as it fires. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Not seeded: the jitter only spreads load over time and does not affect any output. */
export const systemRetryTools: RetryTools = {
  random: Math.random,
  sleep: async (milliseconds, signal) => {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

/** The wait that the server requested: `details.retryAfterSeconds` of the failure. */
function requestedWait(failure: Failure): number {
  const seconds = failure.details.retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : 0;
}

/** Seconds to wait before retry 1, 2, …; undefined when the server requests more than the policy allows. */
export function retryDelaySeconds(
  retry: number,
  requestedSeconds: number,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (requestedSeconds > policy.maximumRetryAfterSeconds) return undefined;
  const backoff = { base: policy.baseSeconds, cap: policy.maximumSeconds, jitter: 1 };
  return requestedSeconds + backoffDelay(backoff, retry, random);
}

/**
 * Calls `attempt` until it succeeds, fails permanently, or the policy allows no further attempt.
 * @throws the permanent Failure; or the last transient one, with the number of attempts; or the signal's reason.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  tools: RetryTools,
  signal: AbortSignal,
  onRetry: (message: string) => void,
): Promise<T> {
  for (let retry = 1; ; retry += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || error.kind === 'Permanent') throw error;
      if (retry > policy.retries) throw givenUp(error, `tried ${times(retry)}`);
      const delay = retryDelaySeconds(retry, requestedWait(error), policy, tools.random);
      if (delay === undefined) {
        const requested = Math.ceil(requestedWait(error));
        throw givenUp(
          error,
          `it requests a wait of ${requested} s, more than ${policy.maximumRetryAfterSeconds} s`,
        );
      }
      onRetry(`${messageOf(error)}; retry ${retry} of ${policy.retries} in ${delay.toFixed(1)} s`);
      await tools.sleep(delay * 1000, signal);
    }
  }
}

function givenUp(failure: Failure, why: string): Failure {
  return new Failure(failure.reason, `${failure.message} (${why})`, failure.details, failure);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
