/** The PersistentVolumeClaim for a Model's artifacts. */
import type { ModelSpec } from '../../api/model.ts';
import { apiVersionOf, type Manifest } from '../../kubernetes/resource.ts';
import type { Json, V1OwnerReference, V1PersistentVolumeClaim } from '../../kubernetes/types.ts';
import { claimName } from '../names.ts';
import { claims, models } from '../resources.ts';
import type { Owner } from './child.ts';
import { modelLabels } from './pod.ts';

/** The name of the claim that a Model's pods mount: the one in its spec, otherwise that of the created claim. */
export function claimNameOf(model: string, spec: ModelSpec): string {
  return spec.artifacts.claimName ?? claimName(model);
}

/**
 * The claim to create; null if the spec names an existing one. It has an owner only if `whenDeleted` is Delete: by
 * default, artifacts are kept when the Model is deleted.
 */
export function renderClaim(
  model: Owner,
  { artifacts }: ModelSpec,
): Manifest<V1PersistentVolumeClaim> | null {
  if (artifacts.claimName !== undefined) return null;
  const { name, namespace } = model;
  const { storageClassName } = artifacts;
  return {
    apiVersion: apiVersionOf(claims),
    kind: claims.kind,
    metadata: {
      name: claimName(name),
      namespace,
      labels: modelLabels(name),
      ...(artifacts.whenDeleted === 'Delete' ? { ownerReferences: [claimOwner(model)] } : {}),
    },
    spec: {
      accessModes: [artifacts.accessMode],
      resources: { requests: { storage: artifacts.size } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}

/** The owner reference with which a claim is deleted with its Model. */
export function claimOwner({ name, uid }: Pick<Owner, 'name' | 'uid'>): Json<V1OwnerReference> {
  return { apiVersion: apiVersionOf(models), kind: models.kind, name, uid, controller: true };
}
