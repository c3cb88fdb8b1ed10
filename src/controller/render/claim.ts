/** The volume of a Model's artifacts. */
import type { ModelSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { apiVersionOf } from '../../kubernetes/resource.ts';
import { claimName } from '../names.ts';
import type { ModelResource } from '../observation.ts';
import { claims, models } from '../resources.ts';
import { modelLabels } from './pod.ts';

/** The claim that a Model's pods mount: the one that its spec names, or the one that is made for it. */
export function claimNameOf(model: string, spec: ModelSpec): string {
  return spec.artifacts.claimName ?? claimName(model);
}

/**
 * The claim to make; null when the spec names one that is there already. Only whenDeleted Delete gives it an owner:
 * artifacts outlive the Model unless its user has said otherwise.
 */
export function renderClaim(
  { name, namespace, uid }: Pick<ModelResource, 'name' | 'namespace' | 'uid'>,
  { artifacts }: ModelSpec,
): KubernetesObject | null {
  if (artifacts.claimName !== undefined) return null;
  const owner = { apiVersion: apiVersionOf(models), kind: models.kind, name, uid, controller: true };
  const { storageClassName } = artifacts;
  return {
    apiVersion: apiVersionOf(claims),
    kind: claims.kind,
    metadata: {
      name: claimName(name),
      namespace,
      labels: modelLabels(name),
      ...(artifacts.whenDeleted === 'Delete' ? { ownerReferences: [owner] } : {}),
    },
    spec: {
      accessModes: [artifacts.accessMode],
      resources: { requests: { storage: artifacts.size } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}
