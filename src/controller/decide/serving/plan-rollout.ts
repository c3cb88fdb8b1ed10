/** Plans a rollout: which version a Model should serve, the state of its rollout, and the action for the Deployment. */
import type { Champion, ModelSpec } from '../../../api/model.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { renderDeployment } from '../../render/deployment.ts';
import { earliest, formatTime } from '../../time.ts';
import type { ServingDecision, ServingInput } from '../types.ts';
import { type DeploymentDecision, type Desired, decideDeployment } from './change.ts';
import { rolloutEvents } from './events.ts';
import { lastGoodChampion, withFailure } from './fallback.ts';
import { deadlineOf, nextRollout, type Rollout, type RolloutInput, type Serving } from './rollout.ts';

export interface RolloutPlan {
  /** The version that should serve; null before the first promotion. */
  readonly target: Champion | null;
  /** The run that the Events are about: that of the version rolled out, also if its rollout has just failed. */
  readonly run: string | null;
  readonly history: ServingDecision['history'];
  readonly rollout: Rollout | undefined;
  readonly serving: Serving | undefined;
  /** About the Deployment. */
  readonly decision: DeploymentDecision;
  readonly events: readonly EventIntent[];
  readonly requeueAt: number | null;
}

/** Leaves the servers as they are: for a Model that is being deleted, or whose spec is invalid. */
export function keepCurrent({ model, promotion }: ServingInput): RolloutPlan {
  const { rollout, serving } = model.status;
  return {
    target: promotion.champion,
    run: promotion.champion?.run ?? null,
    history: promotion.history,
    rollout,
    serving,
    decision: { change: 'None', action: null, lost: [], contention: null, requeueAt: null },
    events: [],
    requeueAt: null,
  };
}

/** @param owned the Model's own Deployment; null when it does not exist or the name belongs to another owner */
export function planRollout(
  input: ServingInput,
  spec: ModelSpec,
  owned: DeploymentResource | null,
): RolloutPlan {
  const { model, promotion } = input;
  const target = desiredChampion(input);
  // Another owner's Deployment of this name is not touched; nothing can be rolled out.
  if (target === null || (input.deployment !== null && owned === null)) return keepCurrent(input);
  const { step, rolloutInput, decision } = advance(input, spec, target);
  const { serving } = model.status;
  const events = rolloutEvents(model, rolloutInput, step);
  const failed = step.transition === 'Failed' ? step.rollout : undefined;
  if (failed !== undefined && serving !== undefined && serving.version !== target.version) {
    const champion = lastGoodChampion(serving, promotion.history);
    const fallback = decideDeployment(owned, desiredOf(input, spec, champion), input);
    const history = withFailure(promotion.history, target, failed, input.now);
    return {
      target: champion,
      run: target.run,
      history,
      rollout: failed,
      serving,
      decision: fallback,
      events,
      requeueAt: fallback.requeueAt,
    };
  }
  return {
    target,
    run: target.run,
    history: promotion.history,
    rollout: step.rollout,
    serving: step.transition === 'Completed' ? servingOf(target, serving, input.now) : serving,
    decision,
    events,
    requeueAt: earliest(future(deadlineOf(step.rollout, rolloutInput), input.now), decision.requeueAt),
  };
}

/** The champion; the last good version if the champion's rollout has failed with the present spec. */
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
  const decision = decideDeployment(deployment, desired, input);
  const rolloutInput: RolloutInput = {
    now,
    generation: model.generation,
    deadlineSeconds: spec.serving.rolloutDeadlineSeconds,
    before: model.status.rollout,
    serving: model.status.serving,
    target,
    desired,
    change: decision.change,
    deployment,
    pods,
  };
  return { rolloutInput, decision, step: nextRollout(rolloutInput) };
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

function future(time: number | null, now: number): number | null {
  return time === null || time <= now ? null : time;
}
