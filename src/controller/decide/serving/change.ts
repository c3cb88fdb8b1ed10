/** The difference between the existing Deployment and the desired one, and the action that removes it. */
import type { KubernetesObject } from '../../../kubernetes/resource.ts';
import type { DeploymentResource } from '../../observation.ts';
import { appliedDigest } from '../../render/applied.ts';
import { deployments } from '../../resources.ts';
import { applyChild, type ChildContext, type ChildDecision, createChild } from './apply-child.ts';
import type { LostField } from './lost-fields.ts';

/**
 * Updating: same version, another template. Scaling: only the number of replicas differs. Restoring: other fields differ,
 * which do not concern the pods.
 */
export type Change = 'None' | 'Create' | 'NewVersion' | 'Updating' | 'Scaling' | 'Restoring';

/** The desired Deployment. */
export interface Desired {
  readonly version: string;
  readonly replicas: number;
  /** The Deployment with the given number of replicas. */
  readonly render: (replicas: number) => KubernetesObject;
}

export interface DeploymentDecision extends ChildDecision {
  /** None while the change has to wait because of contention. */
  readonly change: Change;
}

/** @param deployment the Model's own; null when there is none */
export function decideDeployment(
  deployment: DeploymentResource | null,
  desired: Desired,
  context: ChildContext,
): DeploymentDecision {
  const object = desired.render(desired.replicas);
  if (deployment === null) {
    const action = createChild(deployments, object, context);
    return { change: 'Create', action, lost: [], contention: null, requeueAt: null };
  }
  if (deployment.deleting) {
    return { change: 'None', action: null, lost: [], contention: null, requeueAt: null };
  }
  const decision = applyChild(deployments, object, deployment, context, {
    differs: deployment.specReplicas !== desired.replicas,
    urgent: deployment.version !== desired.version,
  });
  const change = decision.action === null ? 'None' : changeOf(deployment, desired, decision.lost);
  return { ...decision, change };
}

function changeOf(deployment: DeploymentResource, desired: Desired, lost: readonly LostField[]): Change {
  const { version, appliedDigest: applied, specReplicas } = deployment;
  if (version !== desired.version) return 'NewVersion';
  if (applied === appliedDigest(desired.render(desired.replicas))) {
    if (lost.some(isOfTemplate)) return 'Updating';
    return specReplicas === desired.replicas ? 'Restoring' : 'Scaling';
  }
  return applied === appliedDigest(desired.render(specReplicas)) ? 'Scaling' : 'Updating';
}

/** Whether the field concerns the pods. */
export function isOfTemplate({ path }: LostField): boolean {
  return path.startsWith('spec.template');
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
