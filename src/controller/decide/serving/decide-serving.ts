/** A Model's servers: its Deployment and other objects, and their part of the Model's status. */
import type { Condition } from '../../../api/conditions.ts';
import type { Champion, ModelSpec } from '../../../api/model.ts';
import type { Action } from '../../plan.ts';
import { serverSelectorText } from '../../render/child.ts';
import { renderClaim } from '../../render/claim.ts';
import { serviceUrl } from '../../render/service.ts';
import { claims } from '../../resources.ts';
import { findCondition, setConditions } from '../conditions.ts';
import { noteOf } from '../event.ts';
import type { ServingDecision, ServingInput, Verdict } from '../types.ts';
import { childAction, desiredChildren, takenKinds } from './children.ts';
import type { ConditionInput } from './condition-input.ts';
import { obstacleEvents } from './events.ts';
import { keepCurrent, planRollout } from './plan-rollout.ts';
import { progressingVerdict } from './progressing.ts';
import { readyVerdict } from './ready.ts';

/** Pure and idempotent: the same input with the returned status leads to no further change. */
export function decideServing(input: ServingInput): ServingDecision {
  const { model } = input;
  const { spec } = model;
  const owned = input.deployment?.ownerUid === model.uid ? input.deployment : null;
  const plan = spec === null || model.deleting ? keepCurrent(input) : planRollout(input, spec, owned);
  const others = spec === null || model.deleting ? [] : otherActions(input, spec, plan.target);
  const taken = spec === null || plan.target === null ? [] : takenNames(input, spec);
  const conditions = conditionsOf({
    observed: input,
    ...plan,
    deployment: owned,
    replicas: spec?.serving.replicas ?? null,
    taken,
    pending: plan.actions.length > 0 || others.length > 0,
  });
  const events = [...plan.events, ...obstacleEvents(model, conditions)];
  return {
    actions: [...others, ...plan.actions],
    events,
    notes: events.map(event => noteOf(event, plan.run === null ? {} : { run: plan.run })),
    requeueAt: plan.requeueAt,
    champion: plan.target,
    history: plan.history,
    status: {
      conditions,
      ...(plan.serving && { serving: plan.serving }),
      ...(plan.rollout && { rollout: plan.rollout }),
      ...(spec !== null && plan.target !== null ? { url: serviceUrl(model, spec.serving) } : {}),
      replicas: owned?.replicas ?? 0,
      readyReplicas: owned?.readyReplicas ?? 0,
      selector: serverSelectorText(model.name),
    },
  };
}

/** The claim is created at once, because runs need it; other objects only once there is a champion. */
function otherActions(input: ServingInput, spec: ModelSpec, target: Champion | null): Action[] {
  const { model, settings, children, claim } = input;
  const object = claim === null ? renderClaim(model, spec) : null;
  const claimActions: Action[] = object === null ? [] : [{ kind: 'Create', type: claims, object }];
  const childActions = desiredChildren(model, spec, settings)
    .map(desired => childAction(model, desired, children))
    .filter(action => action !== null)
    .filter(action => target !== null || action.kind === 'Delete');
  return [...claimActions, ...childActions];
}

function takenNames({ model, settings, children, deployment }: ServingInput, spec: ModelSpec): string[] {
  const others = takenKinds(model, desiredChildren(model, spec, settings), children);
  return deployment !== null && deployment.ownerUid !== model.uid ? ['Deployment', ...others] : others;
}

function conditionsOf(input: ConditionInput): Condition[] {
  const { model, now } = input.observed;
  const { conditions } = model.status;
  const own = conditions?.filter(({ type }) => type === 'Ready' || type === 'Progressing');
  const change = (type: string, verdict: Verdict) => ({
    type,
    ...verdict,
    observedGeneration: model.generation,
  });
  return setConditions(
    own,
    [
      change('Ready', readyVerdict(input, findCondition(conditions, 'Ready'))),
      change('Progressing', progressingVerdict(input, findCondition(conditions, 'Progressing'))),
    ],
    now,
  );
}
