/** Builders of a Model with its Deployment and pods, and a simulation of carrying out decisions about them. */
import { annotations, labels } from '../../../../src/api/group.ts';
import {
  type Champion,
  type ModelSpec,
  type ModelStatus,
  modelSpecSchema,
} from '../../../../src/api/model.ts';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import type {
  PromotionDecision,
  ServingDecision,
  ServingInput,
} from '../../../../src/controller/decide/types.ts';
import type {
  AppliedState,
  ChildResource,
  DeploymentResource,
} from '../../../../src/controller/observation.ts';
import type { Action } from '../../../../src/controller/plan.ts';
import { formatTime } from '../../../../src/controller/time.ts';
import type { KubernetesObject, RawObject } from '../../../../src/kubernetes/resource.ts';
import type { V1Deployment } from '../../../../src/kubernetes/types.ts';
import { aClaim, aModel, aServer, cached, noon, someSettings } from '../../builders.ts';

export const uid = 'uid-of-model-aapl';
export const one = '111111111111';
export const two = '222222222222';

export const championOf = (version: string): Champion => ({
  run: `run-${version[0]}`,
  version,
  promotedAt: formatTime(noon),
});

export const servingOf = (version: string): NonNullable<ModelStatus['serving']> => ({
  run: `run-${version[0]}`,
  version,
  since: formatTime(noon),
});

export const rolloutOf = (version: string, fields: Partial<NonNullable<ModelStatus['rollout']>> = {}) => ({
  version,
  state: 'Progressing' as const,
  startedAt: formatTime(noon),
  observedGeneration: 1,
  ...fields,
});

export function promotionOf(champion: Champion | null, fields: Partial<PromotionDecision> = {}) {
  const nothing = { actions: [], events: [], notes: [], requeueAt: null };
  return {
    champion,
    history: [],
    judged: [],
    conditions: new Map(),
    pinProblem: null,
    approval: null,
    pin: null,
    ...nothing,
    ...fields,
  };
}

export const specOf = (serving: Record<string, unknown> = {}): ModelSpec =>
  modelSpecSchema.parse({ serving });

/** By default a Model right after its first promotion, of which only the claim exists. */
export function anInput(fields: Partial<ServingInput> = {}): ServingInput {
  return {
    now: noon,
    settings: someSettings(),
    model: aModel(),
    promotion: promotionOf(championOf(one)),
    claim: aClaim(),
    deployment: null,
    children: [],
    pods: [],
    refusals: [],
    ...fields,
  };
}

/** The Model's status after a decision. */
export function statusAfter({ status, champion, history }: ServingDecision): ModelStatus {
  return { ...status, ...(champion && { champion }), history: [...history] };
}

/** How a child is applied by an action, before any other manager has changed it. */
function appliedState(object: KubernetesObject): AppliedState {
  const annotation = (name: string) => object.metadata.annotations?.[name] ?? null;
  return {
    ownerUid: uid,
    appliedDigest: annotation(annotations.applied),
    appliedBy: annotation(annotations.appliedBy),
    contention: annotation(annotations.contention),
    ownership: { applied: null, others: '[]', needsHandOver: false },
  };
}

/** The Deployment after an action, with replicas as its controller would set them. */
export function deploymentOf(
  object: RawObject<V1Deployment>,
  fields: Partial<DeploymentResource> = {},
): DeploymentResource {
  const { spec } = object;
  const replicas = Number(spec?.replicas);
  return {
    ...cached('aapl', 'deployment'),
    generation: 1,
    ...appliedState(object),
    observedGeneration: 1,
    version: String(spec?.template?.metadata?.labels?.[labels.version]),
    specReplicas: replicas,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    progressing: { status: 'True', reason: 'NewReplicaSetAvailable', message: '' },
    replicaFailure: null,
    ...fields,
  };
}

export const childOf = (object: KubernetesObject, fields: Partial<ChildResource> = {}): ChildResource => ({
  ...cached(object.metadata.name, object.kind),
  kind: object.kind,
  ...appliedState(object),
  ...fields,
});

/** The action for a kind. */
export const actionFor = (actions: readonly Action[], kind: string) =>
  actions.find(action => action.type.kind === kind);

export function objectFor(actions: readonly Action[], kind: string): KubernetesObject {
  const action = actionFor(actions, kind);
  if (action === undefined || !('object' in action)) throw new Error(`nothing is done to a ${kind}`);
  return action.object;
}

const without = (children: readonly ChildResource[], kind: string, name: string) =>
  children.filter(child => child.kind !== kind || child.name !== name);

/** The next observation, with all actions carried out and all controllers done. */
export function carriedOut(
  input: ServingInput,
  decision: ServingDecision,
  deployment: Partial<DeploymentResource> = {},
): ServingInput {
  let { children, claim } = input;
  let next = input.deployment === null ? null : { ...input.deployment, ...deployment };
  for (const action of decision.actions) {
    const { kind } = action.type;
    if (action.kind === 'Delete') children = without(children, kind, action.name);
    else if (action.kind === 'Merge') throw new Error('nothing is merged');
    else if (kind === 'Deployment') next = deploymentOf(action.object, deployment);
    else if (kind === 'PersistentVolumeClaim') claim = aClaim();
    else children = [...without(children, kind, action.object.metadata.name), childOf(action.object)];
  }
  const model = { ...input.model, status: statusAfter(decision) };
  const { history, champion } = decision;
  return {
    ...input,
    model,
    promotion: promotionOf(champion, { history }),
    children,
    claim,
    deployment: next,
  };
}

/** A Model that serves version `one`, with its rollout complete. */
export function settled(
  serving: Record<string, unknown> = {},
  fields: Partial<ServingInput> = {},
): ServingInput {
  let input = anInput({ model: aModel({ spec: specOf(serving) }), ...fields });
  for (let i = 0; i < 3; i++) input = carriedOut(input, decideServing(input));
  const pods = Array.from({ length: input.deployment?.specReplicas ?? 0 }, (_, i) =>
    aServer(one, { name: `aapl-${i}` }),
  );
  return { ...input, pods };
}

/** The same with another champion. */
export const challenged = (input: ServingInput, version = two): ServingInput => ({
  ...input,
  promotion: promotionOf(championOf(version), {
    history: [
      {
        run: `run-${version[0]}`,
        runUid: `uid-of-run-${version[0]}`,
        version,
        outcome: 'Promoted',
        reason: 'NewerData',
        message: '',
        time: formatTime(noon),
      },
      ...(input.model.status.history ?? []),
    ],
  }),
});

export function condition({ status }: ServingDecision, type: 'Ready' | 'Progressing') {
  const found = status.conditions?.find(candidate => candidate.type === type);
  if (found === undefined) throw new Error(`no condition ${type}`);
  return found;
}
