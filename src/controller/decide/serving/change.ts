/** The difference between the existing Deployment and the desired one, and the action that removes it. */
import type { KubernetesObject } from '../../../kubernetes/resource.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { appliedDigest, withAppliedDigest } from '../../render/applied.ts';
import { deployments } from '../../resources.ts';

/** Updating: same version, another template. Scaling: only the number of replicas differs. */
export type Change = 'None' | 'Create' | 'NewVersion' | 'Updating' | 'Scaling';

/** The desired Deployment. */
export interface Desired {
  readonly version: string;
  readonly replicas: number;
  /** The Deployment with the given number of replicas. */
  readonly render: (replicas: number) => KubernetesObject;
}

/** The kind of difference between the existing Deployment and the desired one. */
export function changeOf(deployment: DeploymentResource | null, desired: Desired): Change {
  if (deployment === null) return 'Create';
  if (deployment.deleting) return 'None';
  if (deployment.version !== desired.version) return 'NewVersion';
  const { appliedDigest: applied, specReplicas } = deployment;
  if (applied === appliedDigest(desired.render(desired.replicas))) {
    return specReplicas === desired.replicas ? 'None' : 'Scaling';
  }
  return applied === appliedDigest(desired.render(specReplicas)) ? 'Scaling' : 'Updating';
}

/** The action that makes the change; null when there is none. */
export function deploymentAction(change: Change, desired: Desired): Action | null {
  if (change === 'None') return null;
  const object = withAppliedDigest(desired.render(desired.replicas));
  return { kind: change === 'Create' ? 'Create' : 'Apply', type: deployments, object };
}

/** All replicas have the newest template and are available, and no old ones are left. */
export function isComplete(deployment: DeploymentResource | null): boolean {
  if (deployment === null || deployment.deleting || lags(deployment)) return false;
  const { specReplicas, replicas, updatedReplicas, availableReplicas } = deployment;
  return replicas === specReplicas && updatedReplicas === specReplicas && availableReplicas === specReplicas;
}

/** Whether the Deployment's status still describes an older spec. */
export function lags({ observedGeneration, generation }: DeploymentResource): boolean {
  return observedGeneration < generation;
}
