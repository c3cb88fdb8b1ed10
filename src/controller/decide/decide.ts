/**
 * The whole decision about one Model: admission, each run, promotion, rollout, schedule, scoring. Pure: the same
 * observation gives the same plan, and once a plan has been carried out the next one is empty.
 */
import type { Condition } from '../../api/conditions.ts';
import type { ModelStatus } from '../../api/model.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { TrainingRunStatus } from '../../api/training-run.ts';
import type { ResourceType } from '../../kubernetes/resource.ts';
import type {
  DeploymentResource,
  ModelResource,
  Observation,
  RunResource,
  Settings,
} from '../observation.ts';
import type { Action, Announcements, Plan } from '../plan.ts';
import { claims, jobs, models, networkPolicies } from '../resources.ts';
import { earliest } from '../time.ts';
import { blockedBy } from './admission.ts';
import { modelNotAllowed, runNotAllowed } from './allowed.ts';
import { findCondition, setCondition, withCondition } from './conditions.ts';
import { deepEqual } from './deep-equal.ts';
import { lastRunTimes } from './last-run-times.ts';
import { decidePromotion } from './promotion/decide-promotion.ts';
import { decideRun } from './run/decide-run.ts';
import { isSuspend } from './run/suspension.ts';
import { decideSchedule } from './schedule/decide-schedule.ts';
import { decideScoring } from './scoring/decide-scoring.ts';
import { notSelected } from './selection.ts';
import { decideServing } from './serving/decide-serving.ts';
import { reasons } from './serving/reasons.ts';
import type { DecidedRun, Effects, RunDecision, Verdict } from './types.ts';

/** Computes what to do about an observation; carries nothing out. */
export function decide(observation: Observation): Plan {
  // Nothing is created for an object that is being deleted; the garbage collector removes what it owns.
  const model = observation.model?.deleting === false ? observation.model : null;
  const runs = observation.runs.filter(run => !run.deleting);
  const decisions = decideRuns(observation, runs, model);
  const modelDecision = model === null ? null : decideModel(observation, model, decisions);
  const modelEffects = modelDecision?.effects ?? [];
  const effects: readonly Effects[] = [...decisions, ...modelEffects];
  return {
    actions: suspendFirst(claimAndPoliciesFirst(effects.flatMap(({ actions }) => actions))),
    runStatuses: changedStatuses(decisions, modelDecision?.conditions ?? new Map()),
    modelStatus:
      model === null || modelDecision === null || deepEqual(modelDecision.status, model.status)
        ? null
        : modelDecision.status,
    runAnnouncements: runAnnouncements(decisions),
    modelAnnouncements: {
      events: modelEffects.flatMap(({ events }) => events),
      notes: modelEffects.flatMap(({ notes }) => notes),
    },
    requeueAt: earliest(...effects.map(({ requeueAt }) => requeueAt)),
  };
}

/** Kinds of objects without which a run cannot start. */
const runRefusals: readonly string[] = [jobs.kind, models.kind, claims.kind];

type RunWithDecision = DecidedRun & RunDecision;

function decideRuns(
  { now, settings, runs: all, jobs: observedJobs, pods, podFailures, refusals }: Observation,
  runs: readonly RunResource[],
  model: ModelResource | null,
): RunWithDecision[] {
  const isModelAllowed = model === null || modelNotAllowed(model, settings).length === 0;
  const queuedBehind = blockedBy(
    all,
    observedJobs,
    run => isModelAllowed && runNotAllowed(run, settings).length === 0 && notSelected(run, model) === null,
  );
  const jobsByRun = Map.groupBy(observedJobs, ({ run }) => run);
  const podsByRun = Map.groupBy(pods, ({ run }) => run);
  return runs.map(run => {
    const unselected = notSelected(run, model);
    const decision = decideRun({
      now,
      settings,
      run,
      jobs: jobsByRun.get(run.name) ?? [],
      pods: podsByRun.get(run.name) ?? [],
      podFailures,
      model,
      blockedBy: queuedBehind.get(run.name) ?? null,
      notSelected: unselected,
      refusals: refusals.filter(({ kind }) => runRefusals.includes(kind)),
    });
    return { run, notSelected: unselected, ...decision };
  });
}

interface ModelDecision {
  readonly status: ModelStatus;
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly effects: readonly Effects[];
}

function decideModel(
  { now, settings, claim, deployment, children, scoreJobs, pods, refusals }: Observation,
  observed: ModelResource,
  runs: readonly RunWithDecision[],
): ModelDecision {
  const model = withoutForbiddenSpec(observed, settings);
  const promotion = decidePromotion({ now, model, runs, nothingServes: nothingServes(model, deployment) });
  const serving = decideServing({
    now,
    settings,
    model,
    promotion,
    claim,
    deployment,
    children,
    pods: pods.filter(({ stage }) => stage === null),
    refusals: refusals.filter(({ kind }) => kind !== 'Job' && kind !== 'TrainingRun'),
  });
  const schedule = decideSchedule({
    now,
    model,
    runs,
    refusals: refusals.filter(({ kind }) => kind === 'TrainingRun'),
  });
  const scoring = decideScoring({
    now,
    settings,
    model,
    champion: serving.champion,
    history: serving.history,
    running: runs.some(({ status }) => status.phase === 'Running'),
    runScores: runs.flatMap(({ score }) => score ?? []),
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
    conditions: [
      ...(serving.status.conditions ?? []),
      ...optionalCondition(
        model,
        'Scheduled',
        schedule.condition ?? stalled(model, observed.spec?.schedule),
        now,
      ),
      ...optionalCondition(
        model,
        'ScoringScheduled',
        scoring.condition ?? stalled(model, observed.spec?.scoring),
        now,
      ),
    ],
    // From the observed statuses: a run that ends in this decision would get another time if the decision were repeated.
    ...lastRunTimes(
      model.status,
      runs.map(({ run }) => run.status),
    ),
    ...(champion !== null && { champion }),
    ...(promotion.approval !== null && { approval: promotion.approval }),
    ...(promotion.pin !== null && { pin: promotion.pin }),
    history: [...history],
    judged: [...promotion.judged],
  };
  return { status, conditions: promotion.conditions, effects: [promotion, serving, schedule, scoring] };
}

/** A spec with fields that are not allowed is applied in no part: what the Model serves stays as it is. */
function withoutForbiddenSpec(model: ModelResource, settings: Settings): ModelResource {
  const problems = modelNotAllowed(model, settings);
  return problems.length === 0 ? model : { ...model, spec: null, problems, notAllowed: true };
}

/** The verdict about a schedule in such a spec. */
function stalled({ notAllowed, problems }: ModelResource, schedule: object | undefined): Verdict | null {
  if (!notAllowed || schedule === undefined) return null;
  return { status: 'False', reason: reasons.notAllowed, message: problems.join(' ') };
}

/** Whether servers are wanted and none is ready. */
function nothingServes({ spec }: ModelResource, deployment: DeploymentResource | null): boolean {
  return (spec?.serving.replicas ?? 0) > 0 && (deployment?.readyReplicas ?? 0) === 0;
}

/** Empty when the Model should not have the condition. */
function optionalCondition(
  { generation, status }: ModelResource,
  type: string,
  verdict: Verdict | null,
  now: number,
): Condition[] {
  if (verdict === null) return [];
  const before = findCondition(status.conditions, type);
  const change = { type, ...verdict, observedGeneration: generation };
  return setCondition(before && [before], change, now);
}

/** Statuses that differ from the observed ones, with the condition Promoted set. */
function changedStatuses(
  runs: readonly DecidedRun[],
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

/** Events and log lines by run, without the runs that have none. */
function runAnnouncements(decisions: readonly RunWithDecision[]): Map<string, Announcements> {
  const announcing = decisions.filter(({ events, notes }) => events.length > 0 || notes.length > 0);
  return new Map(announcing.map(({ run, events, notes }) => [run.name, { events, notes }]));
}

/**
 * A pod created before its claim exists is Unschedulable until the scheduler's next attempt; one created before its
 * NetworkPolicies is not restricted until they exist.
 */
const first: readonly ResourceType[] = [claims, networkPolicies];

function claimAndPoliciesFirst(actions: readonly Action[]): Action[] {
  const isFirst = ({ kind, type }: Action) => kind === 'Create' && first.includes(type);
  return [...actions.filter(isFirst), ...actions.filter(action => !isFirst(action))];
}

/** A plan may be interrupted after any action: suspending first ensures that two runs never run at the same time. */
function suspendFirst(actions: readonly Action[]): Action[] {
  return actions.toSorted((left, right) => Number(isSuspend(right)) - Number(isSuspend(left)));
}
