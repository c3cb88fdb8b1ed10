/** The claim, the Deployment and the other children of a Model as decisions see them. */
import { annotations, labels } from '../../api/group.ts';
import type { KubernetesObject, ResourceType } from '../../kubernetes/resource.ts';
import type { ChildResource, ClaimResource, DeploymentResource } from '../observation.ts';
import { named, object, text, whole } from './json.ts';
import { annotationOf, controllerOf, labelOf, readMetadata } from './metadata.ts';

/** The Model that a child's label names. */
export interface OfModel {
  readonly model: string;
}

/** Null for a claim that carries no Model's label. */
export function readClaim(raw: KubernetesObject): (ClaimResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  return model === null ? null : { ...readMetadata(raw), model, phase: text(object(raw.status).phase) ?? '' };
}

/** The items of a list don't say what they are: hence `type`. */
export function readChild({ kind }: ResourceType, raw: KubernetesObject): (ChildResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  if (model === null) return null;
  return {
    ...readMetadata(raw),
    model,
    kind,
    ownerUid: controllerOf(raw, 'Model'),
    appliedDigest: annotationOf(raw, annotations.applied),
  };
}

/** Null for a Deployment that carries no Model's label. */
export function readDeployment(raw: KubernetesObject): (DeploymentResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  if (model === null) return null;
  const spec = object(raw.spec);
  const status = object(raw.status);
  const template = object(object(object(spec.template).metadata).labels);
  return {
    ...readMetadata(raw),
    model,
    generation: whole(raw.metadata.generation),
    ownerUid: controllerOf(raw, 'Model'),
    observedGeneration: whole(status.observedGeneration),
    version: text(template[labels.version]),
    appliedDigest: annotationOf(raw, annotations.applied),
    specReplicas: whole(spec.replicas, 1),
    replicas: whole(status.replicas),
    updatedReplicas: whole(status.updatedReplicas),
    readyReplicas: whole(status.readyReplicas),
    availableReplicas: whole(status.availableReplicas),
    progressing: readProgressing(status.conditions),
  };
}

function readProgressing(conditions: unknown): DeploymentResource['progressing'] {
  const condition = named(conditions, 'type', 'Progressing');
  if (condition === null) return null;
  const { status, reason, message } = condition;
  return { status: text(status) ?? '', reason: text(reason) ?? '', message: text(message) ?? '' };
}
