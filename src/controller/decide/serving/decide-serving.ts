/** What a Model rolls out: its Deployment, what belongs to it, and what its status says of them. */
import type { Condition } from '../../../api/conditions.ts';
import type { Champion, ModelSpec } from '../../../api/model.ts';
import type { Action } from '../../plan.ts';
import { serverSelectorText } from '../../render/child.ts';
import { renderClaim } from '../../render/claim.ts';
import { serviceUrl } from '../../render/service.ts';
import { claims } from '../../resources.ts';
import { findCondition, setConditions } from '../conditions.ts';
import { lineOf } from '../event.ts';
import type { ServingDecision, ServingInput } from '../types.ts';
import { childAction, takenKinds, wantedChildren } from './children.ts';
import { nameTakenEvents } from './events.ts';
import { keepCurrent, planRollout } from './plan-rollout.ts';
import { progressingVerdict } from './progressing.ts';
import { readyVerdict } from './ready.ts';
import type { Situation, Verdict } from './situation.ts';

/** Depends on nothing but its input; the same input with the status it gave back changes nothing more. */
export function decideServing(input: ServingInput): ServingDecision {
  const { model } = input;
  const { spec } = model;
  const owned = input.deployment?.ownerUid === model.uid ? input.deployment : null;
  const plan = spec === null || model.deleting ? keepCurrent(input) : planRollout(input, spec, owned);
  const others = spec === null || model.deleting ? [] : otherActions(input, spec, plan.target);
  const taken = spec === null || plan.target === null ? [] : takenNames(input, spec);
  const situation: Situation = {
    input,
    ...plan,
    deployment: owned,
    replicas: spec?.serving.replicas ?? null,
    taken,
    pending: plan.actions.length > 0 || others.length > 0,
  };
  const conditions = conditionsOf(situation);
  const events = [...plan.events, ...nameTakenEvents(model, conditions)];
  return {
    actions: [...others, ...plan.actions],
    events,
    notes: events.map(event => lineOf(event, plan.run === null ? {} : { run: plan.run })),
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

function conditionsOf(situation: Situation): Condition[] {
  const { model, now } = situation.input;
  const { conditions } = model.status;
  const change = (type: string, verdict: Verdict) => ({
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
