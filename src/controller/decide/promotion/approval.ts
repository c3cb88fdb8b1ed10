/**
 * Approval of a run by its Model. Policy Manual promotes only an approved run; with either policy, only an approved run
 * replaces a champion whose artifacts are damaged.
 */
import { annotations } from '../../../api/group.ts';
import type { DecidedRun } from '../types.ts';
import { approveCommand } from './approved-run.ts';
import { type Criteria, type Judgement, judge } from './judge.ts';
import type { PromotionState } from './promotion-state.ts';
import { damageReasons, reasons } from './reasons.ts';

/** Whether the Model approves the run. A version is exact; a name refers to the first run that had it. */
export function isApproved({ spec, approval }: PromotionState, { run, status }: DecidedRun): boolean {
  const { approvedRun, approvedVersion } = spec.promotion;
  if (approvedRun !== run.name) return false;
  if (approvedVersion !== undefined) return status.version === approvedVersion;
  return approval?.runUid === run.uid;
}

/** Whether a run that meets the requirements is promoted at once. */
export function isPromotedAtOnce(state: PromotionState, decidedRun: DecidedRun): boolean {
  return state.spec.promotion.policy === 'Automatic' || isApproved(state, decidedRun);
}

/** The message of a run that awaits approval, with the command that approves it. */
export function awaitingMessage(state: PromotionState, { run, status }: DecidedRun, why: string): string {
  return `${why} It awaits approval: ${approveCommand(state.model.name, run.name, status.version)}`;
}

/** Why something that looks like an approval of the run is none; null when there is nothing of the kind. */
export function ineffectiveApproval(state: PromotionState, decidedRun: DecidedRun): string | null {
  const { run, status } = decidedRun;
  if (isApproved(state, decidedRun)) return null;
  const { approvedRun, approvedVersion } = state.spec.promotion;
  if (approvedRun === run.name) {
    return approvedVersion === undefined
      ? `promotion.approvedRun approved an earlier run named ${run.name}, not this one; set promotion.approvedVersion to ${status.version} to approve this one.`
      : `promotion.approvedRun names this run, but promotion.approvedVersion is ${approvedVersion}, and its version is ${status.version}.`;
  }
  if (!run.hasApprovalAnnotation) return null;
  return `Its annotation ${annotations.approved} no longer approves it; promotion.approvedRun of Model ${run.model} does.`;
}

/** Whether an approval would promote the run. */
export function awaitsApproval(state: PromotionState, { run }: DecidedRun): boolean {
  const entry = state.entryOf(run.uid);
  if (run.deleting || entry === undefined) return false;
  return entry.outcome === 'AwaitingApproval' || damageReasons.has(entry.reason);
}

/**
 * Judges a run that awaits approval again. Only the newest qualifying run can be approved, and only against the
 * champion that it was compared with; any other gets its final outcome. Counts no look at the holdout.
 */
export function reconsider(state: PromotionState, waiting: DecidedRun): void {
  const { run, status } = waiting;
  const { version, metrics = {} } = status;
  const isWaiting = state.entryOf(run.uid)?.outcome === 'AwaitingApproval';
  // Inconclusive because of a damaged champion: final unless the run is approved.
  if (!isWaiting && (state.spec.pinnedRun !== undefined || !isApproved(state, waiting))) return;
  const judgement = judgeAgain(state, waiting);
  const newer = newerWaiting(state, run.uid);
  if (version === undefined || judgement.outcome !== 'Promoted') {
    state.record(waiting, judgement);
  } else if (newer !== undefined) {
    state.record(waiting, {
      outcome: 'Inconclusive',
      reason: reasons.superseded,
      message: `Superseded by the newer run ${newer}, which also meets the requirements and awaits approval.`,
    });
  } else if (state.spec.pinnedRun === undefined && isPromotedAtOnce(state, waiting)) {
    state.promote({ run: run.name, version, metrics });
    const message = `Approved. ${judgement.message}`;
    state.record(waiting, { outcome: 'Promoted', reason: reasons.approved, message });
  }
}

/** With the level of the first look: looks counted since must not turn the gain already found into none. */
function judgeAgain(state: PromotionState, decidedRun: DecidedRun): Judgement {
  const { version, metrics = {} } = decidedRun.status;
  return judge({ version, metrics }, criteriaFor(state, decidedRun, 1));
}

/** @param looks number of runs judged on the run's holdout, including this one */
export function criteriaFor(state: PromotionState, decidedRun: DecidedRun, looks: number): Criteria {
  const { champion, spec, nothingServes, model } = state;
  const { run, status } = decidedRun;
  return {
    champion,
    requirements: spec.promotion.requirements,
    looks,
    isApproved: isApproved(state, decidedRun),
    nothingServes,
    approveCommand: approveCommand(model.name, run.name, status.version),
  };
}

/** The name of a run that has awaited approval for less long than the run of this uid. */
function newerWaiting({ history }: PromotionState, uid: string): string | undefined {
  const seen = new Set<string>();
  for (const { run, runUid, outcome } of history) {
    if (runUid === uid) return undefined;
    if (runUid === undefined || seen.has(runUid)) continue;
    seen.add(runUid);
    if (outcome === 'AwaitingApproval') return run;
  }
  return undefined;
}
