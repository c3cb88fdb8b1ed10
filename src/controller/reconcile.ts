/** Observe, decide, act: for one Model at a time. */
import { performance } from 'node:perf_hooks';
import type { Logger } from '../observability/log.ts';
import type { ReconcileResult } from '../observability/operator/reconciles.ts';
import { act, type ReconcilerDeps } from './act.ts';
import { decide } from './decide/decide.ts';
import { splitModelKey } from './key.ts';
import type { Refusal, Settings } from './observation.ts';
import { observe, type Sources } from './observe.ts';
import { formatTime } from './time.ts';

export interface ReconcilerOptions {
  readonly caches: Sources;
  readonly settings: Settings;
  readonly deps: ReconcilerDeps;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>;
  /** Works on the key again at a time in milliseconds since the epoch. */
  readonly lookAgain: (key: string, at: number) => void;
  /** Works on the key again later, and later still after every time in a row. */
  readonly retry: (key: string) => void;
  readonly observed: (result: ReconcileResult, seconds: number) => void;
}

/** What is refused leads to another decision at once; this many at most. */
const mostDecisions = 3;

/** @returns works on one key; rejects with what may be better the next time. */
export function createReconciler(options: ReconcilerOptions): (key: string) => Promise<void> {
  return async key => {
    const start = performance.now();
    let result: ReconcileResult = 'error';
    try {
      result = await reconcile(key, options);
    } finally {
      options.observed(result, (performance.now() - start) / 1000);
    }
  };
}

async function reconcile(key: string, options: ReconcilerOptions): Promise<ReconcileResult> {
  const { caches, settings, deps, log } = options;
  const about = splitModelKey(key);
  let refusals: readonly Refusal[] = [];
  for (let decision = 1; decision <= mostDecisions; decision++) {
    const observation = observe(caches, key, deps.now(), settings, refusals);
    const plan = decide(observation);
    const outcome = await act(plan, observation, deps);
    if (plan.requeueAt !== null) {
      options.lookAgain(key, plan.requeueAt);
      log.debug({ ...about, at: formatTime(plan.requeueAt) }, 'to be looked at again');
    }
    if (outcome.kind === 'Done') return plan.requeueAt === null ? 'success' : 'requeue_after';
    if (outcome.kind === 'Stale') {
      log.info({ ...about, cause: outcome.message }, 'observed too early');
      break;
    }
    refusals = [...refusals, ...outcome.refusals.filter(({ kind, name }) => !has(refusals, kind, name))];
    if (refusals.length === observation.refusals.length) {
      log.warn({ ...about, refusals }, 'refused by the API server');
      break;
    }
  }
  options.retry(key);
  return 'requeue';
}

function has(refusals: readonly Refusal[], kind: string, name: string): boolean {
  return refusals.some(refusal => refusal.kind === kind && refusal.name === name);
}
