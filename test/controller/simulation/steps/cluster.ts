/** Steps of the cluster's own controllers, and of time. */
import fc from 'fast-check';
import { deployments, jobs, services } from '../../../../src/controller/resources.ts';
import { reconcileDeployments } from '../cluster/deployment-controller.ts';
import { freeNames, takeName } from '../cluster/foreign-objects.ts';
import { collectGarbage } from '../cluster/garbage-collector.ts';
import { model } from '../raw.ts';
import { steps } from './step.ts';

export const jobController = steps('Job controller', fc.constant(null), ({ jobs }) => jobs.reconcile());

export const deploymentController = steps(
  'Deployment controller',
  fc.record({ healthy: fc.boolean() }),
  ({ store }, { healthy }) => reconcileDeployments(store, healthy),
);

export const garbageCollector = steps('garbage collector', fc.constant(null), ({ store, pods }) => {
  collectGarbage(store);
  pods.dropUnstarted();
});

export const passTime = steps('pass time', fc.constantFrom(1, 60, 400, 4000), (world, seconds) => {
  world.now += seconds * 1000;
});

/** Another owner creates an object with a name that the operator uses, or deletes all such objects. */
export const foreignObjects = steps(
  'foreign objects',
  fc.constantFrom(null, 'r1-fetch', 'r2-train', 'Deployment', 'Service'),
  ({ store }, name) => {
    if (name === null) freeNames(store);
    else if (name === 'Deployment') takeName(store, deployments, model);
    else if (name === 'Service') takeName(store, services, model);
    else takeName(store, jobs, name);
  },
);
