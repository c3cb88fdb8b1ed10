/** `pinnedRun`: a run's version is the champion because a person says so, to roll back or to hold. */
import type { HistoryEntry } from '../../../api/model.ts';
import type { JudgedRun } from '../types.ts';
import type { Ledger } from './ledger.ts';
import { reasons } from './reasons.ts';
import { isComplete } from './settled.ts';

interface Target {
  readonly run: string;
  readonly version: string;
  readonly runUid?: string | undefined;
  readonly metrics?: Record<string, string> | undefined;
  /** The run itself, where it still exists. */
  readonly judgedRun?: JudgedRun;
}

/**
 * Makes the pinned version the champion unless it is already.
 * @returns why it cannot be served; null when it can, or nothing is pinned
 */
export function applyPin(ledger: Ledger, runs: readonly JudgedRun[]): string | null {
  const { pinnedRun } = ledger.spec;
  if (pinnedRun === undefined) return null;
  const target = findTarget(pinnedRun, ledger, runs);
  if (target === undefined) {
    return (
      `pinnedRun names ${pinnedRun}, but no run of that name has finished with a version` +
      `${ledger.champion === null ? '.' : `; ${ledger.champion.run} stays the champion.`}`
    );
  }
  if (ledger.champion?.version === target.version) return null;
  const failed = failedRollout(ledger, target.version);
  if (failed !== undefined) {
    return `The rollout of pinnedRun ${pinnedRun} failed: ${failed.message} A change of the spec tries it again.`;
  }
  promote(ledger, target);
  return null;
}

/** A run that exists speaks for its name; otherwise the newest of that name in the history. */
function findTarget(name: string, ledger: Ledger, runs: readonly JudgedRun[]): Target | undefined {
  const existing = runs.find(candidate => candidate.run.name === name && isComplete(candidate));
  if (existing?.status.version !== undefined) {
    const { run, status } = existing;
    return {
      run: name,
      version: existing.status.version,
      runUid: run.uid,
      metrics: status.metrics,
      judgedRun: existing,
    };
  }
  const { champion, history, model } = ledger;
  for (const entry of history) {
    if (entry.run === name && entry.version !== undefined) return { ...entry, version: entry.version };
  }
  // Older than the history reaches.
  if (champion?.run === name) return champion;
  return model.status.serving?.run === name ? model.status.serving : undefined;
}

/** A version that never became ready is tried again only when the spec has changed since. */
function failedRollout({ history, model }: Ledger, version: string): HistoryEntry | undefined {
  if (model.status.observedGeneration !== model.generation) return undefined;
  const last = history.find(entry => entry.version === version);
  return last?.outcome === 'RolloutFailed' ? last : undefined;
}

function promote(ledger: Ledger, { run, version, runUid, metrics, judgedRun }: Target): void {
  const before = ledger.champion;
  const message =
    `Version ${version} serves because pinnedRun says so` +
    `${before === null ? '.' : `; before it, version ${before.version} of run ${before.run} did.`}`;
  ledger.promote({ run, version, ...(metrics && { metrics }) });
  const outcome = { outcome: 'Pinned', reason: reasons.pinned, message } as const;
  if (judgedRun !== undefined) ledger.record(judgedRun, outcome);
  else ledger.recordGone({ run, version, ...(runUid && { runUid }), ...(metrics && { metrics }) }, outcome);
}
