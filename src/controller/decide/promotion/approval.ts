/** Policy Manual: a run that meets the requirements awaits approval, as long as it still meets them. */
import type { DecidedRun } from '../types.ts';
import { type Challenger, type Judgement, judge } from './judge.ts';
import type { PromotionState } from './promotion-state.ts';
import { reasons } from './reasons.ts';

/** Whether the run has been approved, or the policy is Automatic. */
export function isApproved(state: PromotionState, { run }: DecidedRun): boolean {
  return run.approved || state.spec.promotion.policy === 'Automatic';
}

/** The message of a run that awaits approval, with the command that approves it. */
export function awaitingMessage({ run }: DecidedRun, why: string): string {
  return `${why} It awaits approval: kubectl annotate trainingrun ${run.name} bellwether.dev/approved=true`;
}

/**
 * Judges a run that awaits approval again. Only the newest qualifying run can be approved, and only against the
 * champion that it was compared with; any other gets its final outcome. Counts no look at the holdout.
 */
export function reconsider(state: PromotionState, waiting: DecidedRun): void {
  const { run, status } = waiting;
  const { version, metrics = {} } = status;
  const judgement = judgeAgain(state, { version, metrics });
  const newer = newerWaiting(state, run.uid);
  if (version === undefined || judgement.outcome !== 'Promoted') {
    state.record(waiting, judgement);
  } else if (newer !== undefined) {
    state.record(waiting, {
      outcome: 'Inconclusive',
      reason: reasons.superseded,
      message: `Superseded by the newer run ${newer}, which also meets the requirements and awaits approval.`,
    });
  } else if (state.spec.pinnedRun === undefined && isApproved(state, waiting)) {
    state.promote({ run: run.name, version, metrics });
    const message = `Approved. ${judgement.message}`;
    state.record(waiting, { outcome: 'Promoted', reason: reasons.approved, message });
  }
}

/** With the level of the first look: looks counted since must not turn the gain already found into none. */
function judgeAgain({ champion, spec }: PromotionState, challenger: Challenger): Judgement {
  return judge(challenger, { champion, requirements: spec.promotion.requirements, looks: 1 });
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
