/** Determines the champion: every finished run is judged once, in order of completion. */
import type { Condition } from '../../../api/conditions.ts';
import type { HistoryEntry } from '../../../api/model.ts';
import { trainingRuns } from '../../resources.ts';
import { findCondition } from '../conditions.ts';
import { eventAbout, noteOf } from '../event.ts';
import type { DecidedRun, PromotionDecision, PromotionInput } from '../types.ts';
import {
  awaitingMessage,
  awaitsApproval,
  criteriaFor,
  ineffectiveApproval,
  isPromotedAtOnce,
  reconsider,
} from './approval.ts';
import { promotedCondition } from './condition.ts';
import { inOrderOfCompletion, needsJudgement } from './finished-runs.ts';
import { type Judgement, judge } from './judge.ts';
import { applyPin } from './pin.ts';
import { type Outcome, PromotionState } from './promotion-state.ts';
import { reasons } from './reasons.ts';

/** Pure; the result does not depend on the order of the runs in the input. */
export function decidePromotion(input: PromotionInput): PromotionDecision {
  const { now, model } = input;
  const all = inOrderOfCompletion(input.runs);
  // An invalid spec has neither a pin nor requirements: nothing changes.
  if (model.spec === null) return unchanged(input);
  const runs = all.filter(({ notSelected }) => notSelected === null);
  const state = new PromotionState(input, model.spec, runs);
  const pinProblem = applyPin(state, runs);
  for (const run of runs) if (needsJudgement(run, state.history)) judgeRun(state, run);
  for (const run of runs) if (awaitsApproval(state, run)) reconsider(state, run);
  const notices = new Map(runs.filter(run => awaitsApproval(state, run)).map(noticeOf(state)));
  const conditions = conditionsOf(all, uid => state.entryOf(uid), notices, now);
  announceNotices(state, runs, conditions, notices);
  const { champion, approval, pin, history, judged, events, notes } = state;
  return {
    champion,
    approval,
    pin,
    history,
    judged,
    conditions,
    pinProblem,
    actions: [],
    events,
    notes,
    requeueAt: null,
  };
}

function unchanged({ now, model, runs }: PromotionInput): PromotionDecision {
  const { champion = null, approval = null, pin = null, history = [], judged = [] } = model.status;
  const entryOf = (uid: string) => history.find(entry => entry.runUid === uid);
  const conditions = conditionsOf(runs, entryOf, new Map(), now);
  return {
    champion,
    approval,
    pin,
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

/** By the uid of a run that awaits approval: why something that looks like one is not. */
type Notices = ReadonlyMap<string, string | null>;

function noticeOf(state: PromotionState): (run: DecidedRun) => [uid: string, notice: string | null] {
  return decidedRun => [decidedRun.run.uid, ineffectiveApproval(state, decidedRun)];
}

function conditionsOf(
  runs: readonly DecidedRun[],
  entryOf: (uid: string) => HistoryEntry | undefined,
  notices: Notices,
  now: number,
): Map<string, Condition> {
  const conditionOf = (decidedRun: DecidedRun) => {
    const { uid } = decidedRun.run;
    return promotedCondition(decidedRun, entryOf(uid), notices.get(uid) ?? null, now);
  };
  return new Map(runs.map(decidedRun => [decidedRun.run.name, conditionOf(decidedRun)]));
}

/** Events about the notices that the stored conditions do not have yet. */
function announceNotices(
  { events, notes }: PromotionState,
  runs: readonly DecidedRun[],
  conditions: ReadonlyMap<string, Condition>,
  notices: Notices,
): void {
  for (const { run } of runs) {
    const message = notices.get(run.uid) ?? null;
    const before = findCondition(run.status.conditions, 'Promoted')?.message;
    if (message === null || before === conditions.get(run.name)?.message) continue;
    const event = eventAbout(run, trainingRuns, { type: 'Warning', reason: 'NotApproved', message });
    events.push(event);
    notes.push(noteOf(event, { run: run.name }));
  }
}

function judgeRun(state: PromotionState, decidedRun: DecidedRun): void {
  const { version, metrics = {} } = decidedRun.status;
  const criteria = criteriaFor(state, decidedRun, state.looksFor(decidedRun) + 1);
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
  if (isPromotedAtOnce(state, decidedRun)) return judgement;
  return {
    outcome: 'AwaitingApproval',
    reason: reasons.awaitingApproval,
    message: awaitingMessage(state, decidedRun, judgement.message),
  };
}
