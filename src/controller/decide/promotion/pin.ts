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
  const { champion } = state;
  if (champion?.run === pinnedRun) {
    state.pin = { run: pinnedRun, version: champion.version };
    return null;
  }
  // A pin does not move to a later run of the same name: its author could not have meant that one.
  const before = state.model.status.pin;
  const target = findTarget(pinnedRun, before?.run === pinnedRun ? before.version : undefined, state, runs);
  if (target === undefined) {
    return (
      `pinnedRun is ${pinnedRun}, but no run of that name has completed with a version` +
      `${champion === null ? '.' : `; run ${champion.run} remains the champion.`}` +
      ' Name a completed run, or remove pinnedRun.'
    );
  }
  state.pin = { run: pinnedRun, version: target.version };
  if (champion?.version === target.version) return null;
  const failed = failedRollout(state, target.version);
  if (failed !== undefined) {
    return `The rollout of pinnedRun ${pinnedRun} failed: ${failed.message} Change the spec to retry it.`;
  }
  promote(state, target);
  return null;
}

/**
 * The existing run of that name; otherwise the newest of that name in the history.
 * @param version only that of the run, once it is known
 */
function findTarget(
  name: string,
  version: string | undefined,
  { champion, history, model }: PromotionState,
  runs: readonly DecidedRun[],
): Target | undefined {
  const isMeant = (found: string | undefined) =>
    found !== undefined && (version === undefined || found === version);
  const existing = runs.find(
    candidate => candidate.run.name === name && isComplete(candidate) && isMeant(candidate.status.version),
  );
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
  for (const entry of history) {
    if (entry.run === name && entry.version !== undefined && isMeant(entry.version)) {
      return { ...entry, version: entry.version };
    }
  }
  // No longer in the history.
  for (const known of [champion, model.status.serving]) {
    if (known?.run === name && isMeant(known.version)) return known;
  }
  return version === undefined ? undefined : { run: name, version };
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
