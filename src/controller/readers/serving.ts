/** Reads the claim, the Deployment and the other children of a Model. */
import { annotations, labels } from '../../api/group.ts';
import type { KubernetesObject, RawObject, ResourceType } from '../../kubernetes/resource.ts';
import type { V1Deployment, V1PersistentVolumeClaim } from '../../kubernetes/types.ts';
import type { AppliedState, ChildResource, ClaimResource, DeploymentResource } from '../observation.ts';
import { annotationOf, conditionOf, controllerOf, labelOf, readMetadata } from './metadata.ts';
import { readOwnership } from './ownership.ts';

/** The Model that a child's label names. */
export interface OfModel {
  readonly model: string;
}

/** Null for a claim without the label of a Model. */
export function readClaim(raw: RawObject<V1PersistentVolumeClaim>): (ClaimResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  return model === null
    ? null
    : {
        ...readMetadata(raw),
        model,
        phase: raw.status?.phase ?? '',
        owners: raw.metadata.ownerReferences ?? [],
      };
}

/** `type` gives the kind, which the items of a list do not have. */
export function readChild({ kind }: ResourceType, raw: KubernetesObject): (ChildResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  if (model === null) return null;
  return {
    ...readMetadata(raw),
    model,
    kind,
    ...readApplied(raw),
  };
}

/** Null for a Deployment without the label of a Model. */
export function readDeployment(raw: RawObject<V1Deployment>): (DeploymentResource & OfModel) | null {
  const model = labelOf(raw, labels.model);
  if (model === null) return null;
  const { spec, status } = raw;
  return {
    ...readMetadata(raw),
    model,
    generation: raw.metadata.generation ?? 0,
    ...readApplied(raw),
    observedGeneration: status?.observedGeneration ?? 0,
    version: spec?.template?.metadata?.labels?.[labels.version] ?? null,
    specReplicas: spec?.replicas ?? 1,
    replicas: status?.replicas ?? 0,
    updatedReplicas: status?.updatedReplicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    progressing: readProgressing(status),
    replicaFailure: readReplicaFailure(status),
  };
}

function readReplicaFailure(status: RawObject<V1Deployment>['status']): string | null {
  const condition = conditionOf(status?.conditions, 'ReplicaFailure');
  return condition?.status === 'True' ? (condition.message ?? '') : null;
}

function readApplied(raw: KubernetesObject): AppliedState {
  return {
    ownerUid: controllerOf(raw, 'Model'),
    appliedDigest: annotationOf(raw, annotations.applied),
    appliedBy: annotationOf(raw, annotations.appliedBy),
    contention: annotationOf(raw, annotations.contention),
    ownership: readOwnership(raw),
  };
}

function readProgressing(status: RawObject<V1Deployment>['status']): DeploymentResource['progressing'] {
  const condition = conditionOf(status?.conditions, 'Progressing');
  if (condition === undefined) return null;
  return {
    status: condition.status ?? '',
    reason: condition.reason ?? '',
    message: condition.message ?? '',
  };
}
