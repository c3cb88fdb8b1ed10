/** The garbage collector: comes by when it likes, and takes what has lost its owner. */
import {
  autoscalers,
  claims,
  deployments,
  disruptionBudgets,
  jobs,
  models,
  pods,
  services,
  trainingRuns,
} from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { namespace, ownerOf } from '../raw.ts';

const kinds = [trainingRuns, jobs, pods, claims, deployments, services, autoscalers, disruptionBudgets];

/** One generation at a time: the pods of a Job that goes now go the next time. */
export function collectGarbage(store: ObjectStore): void {
  const uids = new Set(
    [models, ...kinds].flatMap(type => store.list(type, namespace)).map(({ metadata }) => metadata.uid),
  );
  for (const type of kinds) {
    for (const object of store.list(type, namespace)) {
      const owner = ownerOf(object);
      if (owner === undefined || uids.has(owner)) continue;
      store.delete(type, namespace, object.metadata.name, 'Orphan');
    }
  }
}
