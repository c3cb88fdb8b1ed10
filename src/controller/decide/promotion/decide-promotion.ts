/** Who is the champion: every finished run is judged once, in order of completion. */
import type { Condition } from '../../../api/conditions.ts';
import type { JudgedRun, PromotionDecision, PromotionInput } from '../types.ts';
import { awaitingMessage, isApproved, reconsider } from './approval.ts';
import { promotedCondition } from './condition.ts';
import { type Judgement, judge } from './judge.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { applyPin } from './pin.ts';
import { reasons } from './reasons.ts';
import { inOrderOfCompletion, isToBeJudged } from './settled.ts';

/** Depends on nothing but its input, and not on the order of the runs in it. */
export function decidePromotion(input: PromotionInput): PromotionDecision {
  const { now, model } = input;
  const runs = inOrderOfCompletion(input.runs);
  // A spec that cannot be read says neither what is pinned nor what is required: everything stays as it is.
  if (model.spec === null) return unchanged(input);
  const ledger = new Ledger(model, model.spec, now);
  const pinProblem = applyPin(ledger, runs);
  for (const run of runs) if (isToBeJudged(run, ledger.history)) judgeRun(ledger, run);
  for (const run of runs) if (isWaiting(ledger, run)) reconsider(ledger, run);
  const { champion, history, judged, events, notes } = ledger;
  return {
    champion,
    history,
    judged,
    conditions: conditionsOf(runs, uid => ledger.entryOf(uid), now),
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
  runs: readonly JudgedRun[],
  entryOf: (uid: string) => ReturnType<Ledger['entryOf']>,
  now: number,
): Map<string, Condition> {
  return new Map(runs.map(run => [run.run.name, promotedCondition(run, entryOf(run.run.uid), now)]));
}

function judgeRun(ledger: Ledger, judgedRun: JudgedRun): void {
  const { spec, champion } = ledger;
  const { version, metrics = {} } = judgedRun.status;
  const looks = ledger.looksFor(judgedRun) + 1;
  const standard = { champion, requirements: spec.promotion.requirements, looks };
  const judgement = judge({ version, metrics }, standard);
  // The champion's own models show nothing new about these days.
  if (judgement.reason !== reasons.alreadyChampion) ledger.countLook(judgedRun);
  const outcome = outcomeOf(ledger, judgedRun, judgement);
  if (outcome.outcome === 'Promoted' && version !== undefined) {
    ledger.promote({ run: judgedRun.run.name, version, metrics });
  }
  ledger.record(judgedRun, outcome);
}

/** A judgement of Promoted still meets the pin and the policy. */
function outcomeOf(ledger: Ledger, judgedRun: JudgedRun, judgement: Judgement): Outcome {
  const { pinnedRun } = ledger.spec;
  if (judgement.outcome !== 'Promoted') return judgement;
  if (pinnedRun !== undefined) {
    return {
      outcome: 'Inconclusive',
      reason: reasons.pinned,
      message: `It would be promoted, but the Model is pinned to run ${pinnedRun}. ${judgement.message}`,
    };
  }
  if (isApproved(ledger, judgedRun)) return judgement;
  return {
    outcome: 'AwaitingApproval',
    reason: reasons.awaitingApproval,
    message: awaitingMessage(judgedRun, judgement.message),
  };
}

function isWaiting(ledger: Ledger, { run }: JudgedRun): boolean {
  return !run.deleting && ledger.entryOf(run.uid)?.outcome === 'AwaitingApproval';
}
