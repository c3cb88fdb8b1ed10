/** What is to be done to the Deployment. */
import type { KubernetesObject } from '../../../kubernetes/resource.ts';
import type { DeploymentResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { appliedDigest, marked } from '../../render/applied.ts';
import { deployments } from '../../resources.ts';

/** Updating: the same version with another template. Scaling: nothing but the number of servers. */
export type Change = 'None' | 'Create' | 'NewVersion' | 'Updating' | 'Scaling';

/** The Deployment as it should be. */
export interface Desired {
  readonly version: string;
  readonly replicas: number;
  /** With that many servers, or others. */
  readonly render: (replicas: number) => KubernetesObject;
}

/** What tells the Deployment that there is from the one that should be. */
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

/** The action that makes the change. */
export function deploymentAction(change: Change, desired: Desired): Action | null {
  if (change === 'None') return null;
  const object = marked(desired.render(desired.replicas));
  return { kind: change === 'Create' ? 'Create' : 'Apply', type: deployments, object };
}

/** Every server there should be is of the newest template and available, and no other is left. */
export function isComplete(deployment: DeploymentResource | null): boolean {
  if (deployment === null || deployment.deleting || lags(deployment)) return false;
  const { specReplicas, replicas, updatedReplicas, availableReplicas } = deployment;
  return replicas === specReplicas && updatedReplicas === specReplicas && availableReplicas === specReplicas;
}

/** The Deployment's status is still about an older spec. */
export function lags({ observedGeneration, generation }: DeploymentResource): boolean {
  return observedGeneration < generation;
}
