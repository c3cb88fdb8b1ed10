/** Polls the cluster until a condition holds or a time limit is reached. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Condition } from '../../src/api/conditions.ts';
import { diagnose } from './diagnose.ts';
import { type Found, get, list } from './kubectl.ts';

const pauseMilliseconds = 250;

/** Long enough for a slow laptop; a fast cluster is not slowed down by it. */
export const patienceSeconds = 180;

/**
 * Calls `ask` until it returns something other than undefined, null or false. Errors are retried.
 * @throws Error with `what`, the last error and the state of the namespace
 */
export async function until<T>(
  what: string,
  namespace: string,
  ask: () => Promise<T | undefined | null | false>,
  limitSeconds = patienceSeconds,
): Promise<T> {
  const deadline = Date.now() + limitSeconds * 1000;
  let problem = '';
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      problem = '';
    } catch (error) {
      problem = error instanceof Error ? `\nlast error: ${error.message}` : '';
    }
    await sleep(pauseMilliseconds);
  }
  throw new Error(`not within ${limitSeconds} s: ${what}${problem}\n${await diagnose(namespace)}`);
}

/** A condition of an object; undefined if it is not set. */
export function conditionOf(found: Found | null, type: string) {
  const conditions: Condition[] = found?.status?.conditions ?? [];
  return conditions.find(condition => condition.type === type);
}

/** Waits until an object, such as `trainingrun/aapl`, has the condition; returns the object. */
export function untilCondition(
  namespace: string,
  what: string,
  type: string,
  status: 'True' | 'False' | 'Unknown' = 'True',
  limitSeconds = patienceSeconds,
): Promise<Found> {
  return until(
    `${what} has condition ${type}=${status}`,
    namespace,
    async () => {
      const found = await get(namespace, what);
      return conditionOf(found, type)?.status === status ? found : null;
    },
    limitSeconds,
  );
}

/** Waits until a condition of an object has the reason; returns the object. */
export function untilReason(
  namespace: string,
  what: string,
  type: string,
  reason: string,
  limitSeconds = patienceSeconds,
): Promise<Found> {
  return until(
    `${what} has reason ${reason} in ${type}`,
    namespace,
    async () => {
      const found = await get(namespace, what);
      return conditionOf(found, type)?.reason === reason ? found : null;
    },
    limitSeconds,
  );
}

/** Waits until a run is Complete or Failed. */
export function untilFinished(
  namespace: string,
  run: string,
  limitSeconds = patienceSeconds,
): Promise<Found> {
  return until(
    `trainingrun/${run} has ended`,
    namespace,
    async () => {
      const found = await get(namespace, `trainingrun/${run}`);
      return found !== null && hasEnded(found) ? found : null;
    },
    limitSeconds,
  );
}

/** Waits until every run of the namespace is Complete or Failed; returns them by name. */
export function untilAllFinished(namespace: string): Promise<ReadonlyMap<string, Found>> {
  return until('all runs have ended', namespace, async () => {
    const runs = await list(namespace, 'trainingruns');
    return runs.every(hasEnded) && new Map(runs.map(run => [run.metadata.name, run]));
  });
}

function hasEnded(run: Found): boolean {
  return ['Complete', 'Failed'].some(type => conditionOf(run, type)?.status === 'True');
}

/** Waits until the object does not exist. */
export async function untilGone(namespace: string, what: string): Promise<void> {
  await until(`${what} is gone`, namespace, async () => (await get(namespace, what)) === null);
}
