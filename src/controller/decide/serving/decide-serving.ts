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
import type { ServingDecision, ServingInput } from '../parts.ts';
import { childAction, takenKinds, wantedChildren } from './children.ts';
import { plot, standStill } from './course.ts';
import { nameTakenEvents } from './events.ts';
import { progressingVerdict } from './progressing.ts';
import { readyVerdict } from './ready.ts';
import type { Situation, Verdict } from './situation.ts';

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
  const events = [...course.events, ...nameTakenEvents(model, conditions)];
  return {
    actions: [...others, ...course.actions],
    events,
    notes: events.map(event => lineOf(event, course.run === null ? {} : { run: course.run })),
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
