/** Determines the champion: every finished run is judged once, in order of completion. */
import type { Condition } from '../../../api/conditions.ts';
import type { DecidedRun, PromotionDecision, PromotionInput } from '../types.ts';
import { awaitingMessage, isApproved, reconsider } from './approval.ts';
import { promotedCondition } from './condition.ts';
import { inOrderOfCompletion, needsJudgement } from './finished-runs.ts';
import { type Judgement, judge } from './judge.ts';
import { applyPin } from './pin.ts';
import { type Outcome, PromotionState } from './promotion-state.ts';
import { reasons } from './reasons.ts';

/** Pure; the result does not depend on the order of the runs in the input. */
export function decidePromotion(input: PromotionInput): PromotionDecision {
  const { now, model } = input;
  const runs = inOrderOfCompletion(input.runs);
  // An invalid spec has neither a pin nor requirements: nothing changes.
  if (model.spec === null) return unchanged(input);
  const state = new PromotionState(model, model.spec, now);
  const pinProblem = applyPin(state, runs);
  for (const run of runs) if (needsJudgement(run, state.history)) judgeRun(state, run);
  for (const run of runs) if (awaitsApproval(state, run)) reconsider(state, run);
  const { champion, history, judged, events, notes } = state;
  return {
    champion,
    history,
    judged,
    conditions: conditionsOf(runs, uid => state.entryOf(uid), now),
    pinProblem,
    actions: [],
    events,
    notes,
    requeueAt: null,
  };
}

function unchanged({ now, model, runs }: PromotionInput): PromotionDecision {
  const { champion = null, history = [], judged = [] } = model.status;
  const entryOf = (uid: string) => history.find(entry => entry.runUid === uid);
  const conditions = conditionsOf(runs, entryOf, now);
  return {
    champion,
    history,
    judged,
    conditions,
    pinProblem: null,
    actions: [],
    events: [],
    notes: [],
    requeueAt: null,
  };
}

function conditionsOf(
  runs: readonly DecidedRun[],
  entryOf: (uid: string) => ReturnType<PromotionState['entryOf']>,
  now: number,
): Map<string, Condition> {
  return new Map(runs.map(run => [run.run.name, promotedCondition(run, entryOf(run.run.uid), now)]));
}

function judgeRun(state: PromotionState, decidedRun: DecidedRun): void {
  const { spec, champion } = state;
  const { version, metrics = {} } = decidedRun.status;
  const looks = state.looksFor(decidedRun) + 1;
  const criteria = { champion, requirements: spec.promotion.requirements, looks };
  const judgement = judge({ version, metrics }, criteria);
  // The champion's own models, trained again, are not another look at these days.
  if (judgement.reason !== reasons.alreadyChampion) state.countLook(decidedRun);
  const outcome = outcomeOf(state, decidedRun, judgement);
  if (outcome.outcome === 'Promoted' && version !== undefined) {
    state.promote({ run: decidedRun.run.name, version, metrics });
  }
  state.record(decidedRun, outcome);
}

/** A judgement of Promoted is subject to the pin and the policy. */
function outcomeOf(state: PromotionState, decidedRun: DecidedRun, judgement: Judgement): Outcome {
  const { pinnedRun } = state.spec;
  if (judgement.outcome !== 'Promoted') return judgement;
  if (pinnedRun !== undefined) {
    return {
      outcome: 'Inconclusive',
      reason: reasons.pinned,
      message: `Not promoted, because the Model is pinned to run ${pinnedRun}. ${judgement.message}`,
    };
  }
  if (isApproved(state, decidedRun)) return judgement;
  return {
    outcome: 'AwaitingApproval',
    reason: reasons.awaitingApproval,
    message: awaitingMessage(decidedRun, judgement.message),
  };
}

function awaitsApproval(state: PromotionState, { run }: DecidedRun): boolean {
  return !run.deleting && state.entryOf(run.uid)?.outcome === 'AwaitingApproval';
}
