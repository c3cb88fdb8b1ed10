/**
 * The whole decision about one Model: whose turn it is, each run on its own, who is promoted, what is rolled out, what
 * is due. Pure: the same observation gives the same plan, and a plan that was carried out leads to an empty one.
 */
import type { Condition } from '../../api/conditions.ts';
import type { ModelStatus } from '../../api/model.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { TrainingRunStatus } from '../../api/training-run.ts';
import type { ModelResource, Observation, RunResource } from '../observation.ts';
import type { Action, Announcements, Plan } from '../plan.ts';
import { claims } from '../resources.ts';
import { earliest } from '../time.ts';
import { blockedBy } from './admission.ts';
import { withCondition } from './conditions.ts';
import { deepEqual } from './deep-equal.ts';
import { endedRuns } from './ended-runs.ts';
import { decidePromotion } from './promotion/decide-promotion.ts';
import { decideRun } from './run/decide-run.ts';
import { isSuspend } from './run/suspension.ts';
import { decideSchedule } from './schedule/decide-schedule.ts';
import { decideScoring } from './scoring/decide-scoring.ts';
import { decideServing } from './serving/decide-serving.ts';
import type { Effects, JudgedRun, RunDecision } from './types.ts';

/** What is to be done about what was observed; nothing is done here. */
export function decide(observation: Observation): Plan {
  // What is being deleted gets nothing new, and what it had goes with it.
  const model = observation.model?.deleting === false ? observation.model : null;
  const runs = observation.runs.filter(run => !run.deleting);
  const decisions = decideRuns(observation, runs, model);
  const judged = decisions.map(({ run, status }) => ({ run, status }));
  const ofModel = model === null ? null : decideModel(observation, model, decisions);
  const ofModelOnly = ofModel?.effects ?? [];
  const effects: readonly Effects[] = [...decisions, ...ofModelOnly];
  return {
    actions: holdsFirst(claimFirst(effects.flatMap(({ actions }) => actions))),
    runStatuses: changedStatuses(judged, ofModel?.conditions ?? new Map()),
    modelStatus:
      model === null || ofModel === null || deepEqual(ofModel.status, model.status) ? null : ofModel.status,
    runAnnouncements: runAnnouncements(decisions),
    modelAnnouncements: {
      events: ofModelOnly.flatMap(({ events }) => events),
      notes: ofModelOnly.flatMap(({ notes }) => notes),
    },
    requeueAt: earliest(...effects.map(({ requeueAt }) => requeueAt)),
  };
}

type RunWithDecision = JudgedRun & RunDecision;

function decideRuns(
  { now, settings, runs: all, jobs, pods, refusals }: Observation,
  runs: readonly RunResource[],
  model: ModelResource | null,
): RunWithDecision[] {
  const waiting = blockedBy(all, jobs);
  const jobsByRun = Map.groupBy(jobs, ({ run }) => run);
  const podsByRun = Map.groupBy(pods, ({ run }) => run);
  return runs.map(run => {
    const own = jobsByRun.get(run.name) ?? [];
    const decision = decideRun({
      now,
      settings,
      run,
      jobs: own,
      pods: podsByRun.get(run.name) ?? [],
      model,
      blockedBy: waiting.get(run.name) ?? null,
      refusals: refusals.filter(({ kind }) => kind === 'Job'),
    });
    return { run, ...decision };
  });
}

interface ModelDecision {
  readonly status: ModelStatus;
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly effects: readonly Effects[];
}

function decideModel(
  { now, settings, claim, deployment, children, scoreJobs, pods, refusals }: Observation,
  model: ModelResource,
  runs: readonly RunWithDecision[],
): ModelDecision {
  const promotion = decidePromotion({ now, model, runs });
  const serving = decideServing({
    now,
    settings,
    model,
    promotion,
    claim,
    deployment,
    children,
    pods: pods.filter(({ stage }) => stage === null),
    refusals: refusals.filter(({ kind }) => kind !== 'Job'),
  });
  const schedule = decideSchedule({ now, model, runs });
  const scoring = decideScoring({
    now,
    settings,
    model,
    champion: serving.champion,
    history: serving.history,
    running: runs.some(({ status }) => status.phase === 'Running'),
    found: runs.flatMap(({ scored }) => scored ?? []),
    jobs: scoreJobs,
    pods: pods.filter(({ stage }) => stage === scoreName),
    refusals: refusals.filter(({ kind }) => kind === 'Job'),
  });
  const { champion, history } = serving;
  const status: ModelStatus = {
    observedGeneration: model.generation,
    ...serving.status,
    ...schedule.status,
    ...scoring.status,
    // As observed: the time of an end that no status says yet is that of this decision, and another one the next time.
    ...endedRuns(
      model.status,
      runs.map(({ run }) => run.status),
    ),
    ...(champion !== null && { champion }),
    history: [...history],
    judged: [...promotion.judged],
  };
  return { status, conditions: promotion.conditions, effects: [promotion, serving, schedule, scoring] };
}

/** Those that differ from what was observed. */
function changedStatuses(
  runs: readonly JudgedRun[],
  promoted: ReadonlyMap<string, Condition>,
): Map<string, TrainingRunStatus> {
  const changed = new Map<string, TrainingRunStatus>();
  for (const { run, status } of runs) {
    const condition = promoted.get(run.name);
    const whole =
      condition === undefined
        ? status
        : { ...status, conditions: withCondition(status.conditions, condition) };
    if (!deepEqual(whole, run.status)) changed.set(run.name, whole);
  }
  return changed;
}

/** Of those that there is something to tell of. */
function runAnnouncements(decisions: readonly RunWithDecision[]): Map<string, Announcements> {
  const news = decisions.filter(({ events, notes }) => events.length > 0 || notes.length > 0);
  return new Map(news.map(({ run, events, notes }) => [run.name, { events, notes }]));
}

/** A pod that is scheduled before its claim is there waits for the scheduler's next attempt, and says why meanwhile. */
function claimFirst(actions: readonly Action[]): Action[] {
  const isClaim = ({ kind, type }: Action) => kind === 'Create' && type === claims;
  return [...actions.filter(isClaim), ...actions.filter(action => !isClaim(action))];
}

/** A plan may be cut short after any action: what is to stop has stopped before the next run begins. */
function holdsFirst(actions: readonly Action[]): Action[] {
  return actions.toSorted((left, right) => Number(isSuspend(right)) - Number(isSuspend(left)));
}
