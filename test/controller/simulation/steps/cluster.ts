/** Steps of the cluster's own controllers, and of time. */
import fc from 'fast-check';
import { deployments, jobs, networkPolicies, services } from '../../../../src/controller/resources.ts';
import { reconcileDeployments } from '../cluster/deployment-controller.ts';
import { freeNames, takeName } from '../cluster/foreign-objects.ts';
import { collectGarbage } from '../cluster/garbage-collector.ts';
import { model, namespace, type Raw } from '../raw.ts';
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

const drifts: Readonly<Record<string, (deployment: Raw) => void>> = {
  image: ({ spec }) => Object.assign(spec.template.spec.containers[0], { image: 'other:image' }),
  'a removed variable': ({ spec }) => void spec.template.spec.containers[0].env.pop(),
  replicas: ({ spec }) => Object.assign(spec, { replicas: 5 }),
  'a sidecar': ({ spec }) => void spec.template.spec.containers.push({ name: 'sidecar', image: 'mesh' }),
};

/** Another manager changes fields of the Deployment, some of which the operator owns. */
export const changeDeployment = steps(
  'change Deployment',
  fc.record({ drift: fc.constantFrom(...Object.keys(drifts)), manager: fc.constantFrom('kubectl', 'mesh') }),
  ({ store }, { drift, manager }) => {
    const found = store.get(deployments, namespace, model) as Raw;
    // An object of another owner has no spec.
    if (found?.spec === undefined) return;
    const writer = { manager, operation: 'Update' } as const;
    store.update(deployments, namespace, model, draft => drifts[drift]?.(draft), writer);
  },
);

const deletable = new Map(
  Object.entries({ Deployment: deployments, Service: services, NetworkPolicy: networkPolicies }),
);

/** Another manager changes the selector of the Service, or a user deletes a child. */
export const changeChild = steps(
  'change child',
  fc.constantFrom('selector', 'Deployment', 'Service', 'NetworkPolicy'),
  ({ store }, what) => {
    const type = deletable.get(what) ?? services;
    const found = store.get(type, namespace, model) as Raw;
    if (found?.spec === undefined) return;
    if (what !== 'selector') store.delete(type, namespace, model);
    else {
      const change = (draft: Raw) => Object.assign(draft.spec.selector, { app: 'other' });
      store.update(type, namespace, model, change, { manager: 'kubectl', operation: 'Update' });
    }
  },
);
