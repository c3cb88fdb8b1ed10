/** Observes, decides and acts for one Model. */
import { performance } from 'node:perf_hooks';
import type { Logger } from '../observability/log.ts';
import type { ReconcileResult } from '../observability/operator/reconciles.ts';
import { act, type ReconcilerDeps } from './act.ts';
import { decide } from './decide/decide.ts';
import { mountCheckAt } from './decide/mounts.ts';
import { splitModelKey } from './key.ts';
import type { Observation, Refusal, Settings } from './observation.ts';
import { observe, type Sources } from './observe.ts';
import { formatTime } from './time.ts';

export interface ReconcilerOptions {
  readonly caches: Sources;
  readonly settings: Settings;
  readonly deps: ReconcilerDeps;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>;
  /** Reads why Jobs have no pod and servers no volume; never rejects. */
  readonly podFailures: (observation: Observation) => Promise<Observation['podFailures']>;
  /** Adds the key to the queue at that time, in milliseconds since the epoch. */
  readonly requeueAt: (key: string, at: number) => void;
  /** Adds the key to the queue after a delay that grows with each retry in a row. */
  readonly retry: (key: string) => void;
  /** Measures a reconciliation. */
  readonly observeResult: (result: ReconcileResult, seconds: number) => void;
}

/** A refusal is followed by another decision at once, up to this number of decisions. */
const maximumDecisions = 3;

/** @returns a function that reconciles one key; it rejects with an error if a retry may succeed */
export function createReconciler(options: ReconcilerOptions): (key: string) => Promise<void> {
  return async key => {
    const start = performance.now();
    let result: ReconcileResult = 'error';
    try {
      result = await reconcile(key, options);
    } finally {
      options.observeResult(result, (performance.now() - start) / 1000);
    }
  };
}

async function reconcile(key: string, options: ReconcilerOptions): Promise<ReconcileResult> {
  const { caches, settings, deps, log } = options;
  const names = splitModelKey(key);
  let refusals: readonly Refusal[] = [];
  const podFailures = await options.podFailures(observe(caches, key, deps.now(), settings, refusals));
  for (let decision = 1; decision <= maximumDecisions; decision++) {
    const observation = observe(caches, key, deps.now(), settings, refusals, podFailures);
    const plan = decide(observation);
    const outcome = await act(plan, observation, deps);
    if (plan.requeueAt !== null) {
      options.requeueAt(key, plan.requeueAt);
      log.debug({ ...names, at: formatTime(plan.requeueAt) }, 'requeued');
    }
    const mountCheck = mountCheckAt(observation.pods, observation.now);
    if (mountCheck !== null) options.requeueAt(key, mountCheck);
    if (outcome.kind === 'Done') return plan.requeueAt === null ? 'success' : 'requeue_after';
    if (outcome.kind === 'Stale') {
      log.info({ ...names, cause: outcome.message }, 'observation out of date');
      break;
    }
    refusals = [...refusals, ...outcome.refusals.filter(({ kind, name }) => !has(refusals, kind, name))];
    if (refusals.length === observation.refusals.length) {
      log.warn({ ...names, refusals }, 'refused by the API server');
      break;
    }
  }
  options.retry(key);
  return 'requeue';
}

function has(refusals: readonly Refusal[], kind: string, name: string): boolean {
  return refusals.some(refusal => refusal.kind === kind && refusal.name === name);
}
