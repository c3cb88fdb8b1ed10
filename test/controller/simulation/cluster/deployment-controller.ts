/** The Deployment controller: a new version becomes ready, or exceeds its deadline. */
import { isDeepStrictEqual } from 'node:util';
import { deployments } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { namespace, ownerOf, type Raw } from '../raw.ts';

/** @param healthy whether servers of the desired version can start */
export function reconcileDeployments(store: ObjectStore, healthy: boolean): void {
  for (const deployment of store.list(deployments, namespace) as Raw[]) {
    if (ownerOf(deployment) === undefined) continue;
    const replicas = deployment.spec.replicas ?? 1;
    const ready = healthy ? replicas : 0;
    const progressing = healthy
      ? { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' }
      : { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'deadline' };
    const status = {
      observedGeneration: deployment.metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      conditions: [progressing],
    };
    if (isDeepStrictEqual(status, deployment.status)) continue;
    store.update(deployments, namespace, deployment.metadata.name, draft => {
      draft.status = status;
    });
  }
}
