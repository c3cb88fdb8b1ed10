/** A Model's servers: its Deployment and other objects, and their part of the Model's status. */
import type { Condition } from '../../../api/conditions.ts';
import type { Champion, ModelSpec, ModelStatus } from '../../../api/model.ts';
import { serverSelectorText } from '../../render/child.ts';
import { serviceUrl } from '../../render/service.ts';
import { deployments } from '../../resources.ts';
import { earliest } from '../../time.ts';
import { findCondition, setConditions } from '../conditions.ts';
import { noteOf } from '../event.ts';
import type { ServingDecision, ServingInput, Verdict } from '../types.ts';
import type { ChildDecision } from './apply-child.ts';
import { decideChild, desiredChildren, takenKinds } from './children.ts';
import { decideClaim } from './claim.ts';
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
  const desired = model.deleting ? null : spec;
  const plan = desired === null ? keepCurrent(input) : planRollout(input, desired, owned);
  const children = desired === null ? [] : decideChildren(input, desired, plan.target);
  const claimActions = desired === null ? [] : decideClaim(input, desired);
  const taken = spec === null || plan.target === null ? [] : takenNames(input, spec);
  const decisions = [...children, { kind: deployments.kind, ...plan.decision }];
  const actions = [
    ...claimActions,
    ...decisions.map(({ action }) => action).filter(action => action !== null),
  ];
  const conditions = conditionsOf({
    observed: input,
    ...plan,
    change: plan.decision.change,
    lost: plan.decision.lost,
    contention: contentionOf(decisions),
    deployment: owned,
    replicas: spec?.serving.replicas ?? null,
    taken,
    pending: actions.length > 0,
  });
  const events = [...plan.events, ...obstacleEvents(model, conditions)];
  return {
    actions,
    events,
    notes: events.map(event => noteOf(event, plan.run === null ? {} : { run: plan.run })),
    requeueAt: earliest(plan.requeueAt, ...children.map(({ requeueAt }) => requeueAt)),
    champion: plan.target,
    history: plan.history,
    status: {
      conditions,
      ...(plan.serving && { serving: plan.serving }),
      ...(plan.rollout && { rollout: plan.rollout }),
      ...urlOf(input, plan.target),
      replicas: owned?.replicas ?? 0,
      readyReplicas: owned?.readyReplicas ?? 0,
      selector: serverSelectorText(model.name),
    },
  };
}

/** Without a spec, that of the Service as it was last applied. */
function urlOf({ model }: ServingInput, target: Champion | null): Pick<ModelStatus, 'url'> {
  const { spec, status } = model;
  if (spec === null) return status.url === undefined ? {} : { url: status.url };
  return target === null ? {} : { url: serviceUrl(model, spec.serving) };
}

type DecisionOfKind = ChildDecision & { readonly kind: string };

/** Children that no run needs are created and changed only once there is a champion. */
function decideChildren(input: ServingInput, spec: ModelSpec, target: Champion | null): DecisionOfKind[] {
  return desiredChildren(input.model, spec, input.settings)
    .filter(({ object, early }) => target !== null || early === true || object === null)
    .map(desired => ({ kind: desired.type.kind, ...decideChild(desired, input.children, input) }));
}

/** The first contended child. */
function contentionOf(decisions: readonly DecisionOfKind[]): ConditionInput['contention'] {
  for (const { kind, contention } of decisions) if (contention !== null) return { kind, parties: contention };
  return null;
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
