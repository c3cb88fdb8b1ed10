/** `pinnedRun`: a person chooses the run whose version is the champion, to roll back or to keep a version. */
import type { HistoryEntry } from '../../../api/model.ts';
import type { DecidedRun } from '../types.ts';
import { isComplete } from './finished-runs.ts';
import type { PromotionState } from './promotion-state.ts';
import { reasons } from './reasons.ts';

interface Target {
  readonly run: string;
  readonly version: string;
  readonly runUid?: string | undefined;
  readonly metrics?: Record<string, string> | undefined;
  /** The run, if it still exists. */
  readonly decidedRun?: DecidedRun;
}

/**
 * Makes the pinned version the champion unless it is already.
 * @param runs those that may compete
 * @returns why it cannot be served; null when it can, or when nothing is pinned
 */
export function applyPin(state: PromotionState, runs: readonly DecidedRun[]): string | null {
  const { pinnedRun } = state.spec;
  if (pinnedRun === undefined) return null;
  // A pin does not move to a later run of the same name: its author could not have meant that one.
  if (state.champion?.run === pinnedRun) return null;
  const target = findTarget(pinnedRun, state, runs);
  if (target === undefined) {
    return (
      `pinnedRun is ${pinnedRun}, but no run of that name has completed with a version` +
      `${state.champion === null ? '.' : `; run ${state.champion.run} remains the champion.`}` +
      ' Name a completed run, or remove pinnedRun.'
    );
  }
  if (state.champion?.version === target.version) return null;
  const failed = failedRollout(state, target.version);
  if (failed !== undefined) {
    return `The rollout of pinnedRun ${pinnedRun} failed: ${failed.message} Change the spec to retry it.`;
  }
  promote(state, target);
  return null;
}

/** The existing run of that name; otherwise the newest of that name in the history. */
function findTarget(name: string, state: PromotionState, runs: readonly DecidedRun[]): Target | undefined {
  const existing = runs.find(candidate => candidate.run.name === name && isComplete(candidate));
  if (existing?.status.version !== undefined) {
    const { run, status } = existing;
    return {
      run: name,
      version: existing.status.version,
      runUid: run.uid,
      metrics: status.metrics,
      decidedRun: existing,
    };
  }
  const { champion, history, model } = state;
  for (const entry of history) {
    if (entry.run === name && entry.version !== undefined) return { ...entry, version: entry.version };
  }
  // No longer in the history.
  if (champion?.run === name) return champion;
  return model.status.serving?.run === name ? model.status.serving : undefined;
}

/** The failed rollout of a version; undefined when there is none, or when the spec has changed since. */
function failedRollout({ history, model }: PromotionState, version: string): HistoryEntry | undefined {
  if (model.status.observedGeneration !== model.generation) return undefined;
  const last = history.find(entry => entry.version === version);
  return last?.outcome === 'RolloutFailed' ? last : undefined;
}

function promote(state: PromotionState, { run, version, runUid, metrics, decidedRun }: Target): void {
  const before = state.champion;
  const message =
    `Version ${version} is served because of pinnedRun` +
    `${before === null ? '.' : `; it replaces version ${before.version} of run ${before.run}.`}`;
  state.promote({ run, version, ...(metrics && { metrics }) });
  const outcome = { outcome: 'Pinned', reason: reasons.pinned, message } as const;
  if (decidedRun !== undefined) state.record(decidedRun, outcome);
  else
    state.recordDeletedRun({ run, version, ...(runUid && { runUid }), ...(metrics && { metrics }) }, outcome);
}
