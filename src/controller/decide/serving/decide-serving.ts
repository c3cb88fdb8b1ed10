/** What a Model rolls out: its Deployment, what belongs to it, and what its status says of them. */
import { apiVersion } from '../../../api/group.ts';
import type { Champion, ModelSpec } from '../../../api/model.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { Action, EventIntent } from '../../plan.ts';
import { serverSelectorText } from '../../render/child.ts';
import { renderClaim } from '../../render/claim.ts';
import { renderDeployment } from '../../render/deployment.ts';
import { serviceUrl } from '../../render/service.ts';
import { claims, models } from '../../resources.ts';
import { formatTime } from '../../time.ts';
import { findCondition, setConditions } from '../conditions.ts';
import type { ServingDecision, ServingInput } from '../parts.ts';
import { type Change, changeOf, type Desired, deploymentAction } from './change.ts';
import { childAction, takenKinds, wantedChildren } from './children.ts';
import { lastGoodChampion, withFailure } from './fallback.ts';
import { progressingVerdict } from './progressing.ts';
import { readyVerdict } from './ready.ts';
import { reasons } from './reasons.ts';
import { deadlineOf, nextRollout, type Rollout, type RolloutInput, type Serving } from './rollout.ts';
import type { Situation } from './situation.ts';

/** What is served, before anything is said of it. */
interface Course {
  readonly target: Champion | null;
  readonly history: ServingDecision['history'];
  readonly rollout: Rollout | undefined;
  readonly serving: Serving | undefined;
  readonly change: Change;
  readonly actions: readonly Action[];
  readonly events: readonly EventIntent[];
  readonly lookAgainAt: number | null;
}

/** Depends on nothing but its input; the same input with the status it gave back changes nothing more. */
export function decideServing(input: ServingInput): ServingDecision {
  const { model } = input;
  const { spec } = model;
  const owned = input.deployment?.ownerUid === model.uid ? input.deployment : null;
  const course = spec === null || model.deleting ? standStill(input) : plot(input, spec, owned);
  const others = spec === null || model.deleting ? [] : otherActions(input, spec, course.target);
  const taken = spec === null || course.target === null ? [] : takenNames(input, spec);
  const situation: Situation = {
    input,
    ...course,
    deployment: owned,
    replicas: spec?.serving.replicas ?? null,
    taken,
    pending: course.actions.length > 0 || others.length > 0,
  };
  const conditions = conditionsOf(situation);
  return {
    actions: [...others, ...course.actions],
    events: [...course.events, ...nameTakenEvents(input, conditions)],
    notes: course.events.map(({ reason, message }) => ({ reason, message })),
    lookAgainAt: course.lookAgainAt,
    champion: course.target,
    history: course.history,
    status: {
      conditions,
      ...(course.serving && { serving: course.serving }),
      ...(course.rollout && { rollout: course.rollout }),
      ...(spec !== null && course.target !== null ? { url: serviceUrl(model, spec.serving) } : {}),
      replicas: owned?.replicas ?? 0,
      readyReplicas: owned?.readyReplicas ?? 0,
      selector: serverSelectorText(model.name),
    },
  };
}

/** A Model that goes away, or whose spec cannot be read, leaves what serves as it is. */
function standStill({ model, promotion }: ServingInput): Course {
  const { rollout, serving } = model.status;
  return {
    target: promotion.champion,
    history: promotion.history,
    rollout,
    serving,
    change: 'None',
    actions: [],
    events: [],
    lookAgainAt: null,
  };
}

function plot(input: ServingInput, spec: ModelSpec, owned: DeploymentResource | null): Course {
  const { model, promotion } = input;
  const target = desiredChampion(input);
  // Somebody else's Deployment is not touched, and nothing can be rolled out beside it.
  if (target === null || (input.deployment !== null && owned === null)) return standStill(input);
  const { step, rolling } = advance(input, spec, target);
  const { serving } = model.status;
  const events = eventsOf(input, rolling, step);
  const failed = step.happened === 'Failed' ? step.rollout : undefined;
  if (failed !== undefined && serving !== undefined && serving.version !== target.version) {
    const champion = lastGoodChampion(serving, promotion.history);
    const desired = desiredOf(input, spec, champion);
    const change = changeOf(owned, desired);
    const history = withFailure(promotion.history, target, failed, input.now);
    const actions = present(deploymentAction(change, desired));
    return {
      target: champion,
      history,
      rollout: failed,
      serving,
      change,
      actions,
      events,
      lookAgainAt: null,
    };
  }
  return {
    target,
    history: promotion.history,
    rollout: step.rollout,
    serving: step.happened === 'Completed' ? servingOf(target, serving, input.now) : serving,
    change: rolling.change,
    actions: present(deploymentAction(rolling.change, rolling.desired)),
    events,
    lookAgainAt: future(deadlineOf(step.rollout, rolling), input.now),
  };
}

/** The champion, unless this very spec has failed to bring it up and there is a last good version. */
function desiredChampion({ model, promotion }: ServingInput): Champion | null {
  const { champion, history } = promotion;
  const { rollout, serving } = model.status;
  if (champion === null || serving === undefined || serving.version === champion.version) return champion;
  const failed = rollout?.state === 'Failed' && rollout.version === champion.version;
  const tried = failed && rollout.observedGeneration === model.generation;
  return tried ? lastGoodChampion(serving, history) : champion;
}

function advance(input: ServingInput, spec: ModelSpec, target: Champion) {
  const { now, model, deployment, pods } = input;
  const desired = desiredOf(input, spec, target);
  const rolling: RolloutInput = {
    now,
    generation: model.generation,
    deadlineSeconds: spec.serving.rolloutDeadlineSeconds,
    before: model.status.rollout,
    serving: model.status.serving,
    target,
    desired,
    change: changeOf(deployment, desired),
    deployment,
    pods,
  };
  return { rolling, step: nextRollout(rolling) };
}

function desiredOf({ settings, model }: ServingInput, spec: ModelSpec, { run, version }: Champion): Desired {
  const { serving } = spec;
  return {
    version,
    replicas: serving.replicas,
    render: replicas => {
      const scaled = { ...spec, serving: { ...serving, replicas } };
      return renderDeployment({ settings, model, spec: scaled, run, version });
    },
  };
}

function servingOf({ run, version }: Champion, before: Serving | undefined, now: number): Serving {
  return before?.version === version ? before : { run, version, since: formatTime(now) };
}

/** The claim first, for runs need it before there is a champion; the rest only when there is something to serve. */
function otherActions(input: ServingInput, spec: ModelSpec, target: Champion | null): Action[] {
  const { model, settings, children, claim } = input;
  const object = claim === null ? renderClaim(model, spec) : null;
  const made: Action[] = object === null ? [] : [{ kind: 'Create', type: claims, object }];
  const kept = wantedChildren(model, spec, settings)
    .map(wanted => childAction(model, wanted, children))
    .filter(action => action !== null)
    .filter(action => target !== null || action.kind === 'Delete');
  return [...made, ...kept];
}

function takenNames({ model, settings, children, deployment }: ServingInput, spec: ModelSpec): string[] {
  const others = takenKinds(model, wantedChildren(model, spec, settings), children);
  return deployment !== null && deployment.ownerUid !== model.uid ? ['Deployment', ...others] : others;
}

function conditionsOf(situation: Situation) {
  const { model, now } = situation.input;
  const { conditions } = model.status;
  const change = (type: string, verdict: ReturnType<typeof readyVerdict>) => ({
    type,
    ...verdict,
    observedGeneration: model.generation,
  });
  return setConditions(
    conditions,
    [
      change('Ready', readyVerdict(situation, findCondition(conditions, 'Ready'))),
      change('Progressing', progressingVerdict(situation, findCondition(conditions, 'Progressing'))),
    ],
    now,
  );
}

function eventsOf(
  { model }: ServingInput,
  { target, change }: RolloutInput,
  { rollout, happened }: ReturnType<typeof nextRollout>,
): EventIntent[] {
  const what = `version ${target.version} of run ${target.run}`;
  if (happened === 'Completed') return [event(model, 'Normal', 'RolledOut', `Every server is of ${what}.`)];
  if (happened === 'Failed') return [event(model, 'Warning', reasons.rolloutFailed, rollout?.message ?? '')];
  if (happened !== 'Started' || change === 'None' || change === 'Scaling') return [];
  return [event(model, 'Normal', 'RollingOut', `Rolling out ${what}.`)];
}

/** Told once, when it is found. */
function nameTakenEvents(
  { model }: ServingInput,
  conditions: ReturnType<typeof conditionsOf>,
): EventIntent[] {
  const found = conditions.find(({ reason }) => reason === reasons.nameTaken);
  const known = model.status.conditions?.some(({ reason }) => reason === reasons.nameTaken);
  return found === undefined || known ? [] : [event(model, 'Warning', reasons.nameTaken, found.message)];
}

function event(
  { namespace, name, uid }: ServingInput['model'],
  type: EventIntent['type'],
  reason: string,
  message: string,
): EventIntent {
  return { regarding: { apiVersion, kind: models.kind, namespace, name, uid }, type, reason, message };
}

function present(action: Action | null): Action[] {
  return action === null ? [] : [action];
}

function future(time: number | null, now: number): number | null {
  return time === null || time <= now ? null : time;
}
