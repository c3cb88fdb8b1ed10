/** The Deployment controller: replaces servers one by one, a new one first, as `maxUnavailable: 0, maxSurge: 1` demands. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../../../../src/canonical-json.ts';
import { deployments, pods } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { namespace, ownerOf, type Raw } from '../../simulation/raw.ts';
import { isReady } from './kubelet.ts';

const hashLabel = 'pod-template-hash';

/** Every Deployment takes its next step. */
export function stepDeployments(store: ObjectStore): void {
  for (const deployment of store.list(deployments, namespace) as Raw[]) {
    if (ownerOf(deployment) === undefined) continue;
    const hash = hashOf(deployment.spec.template);
    const own = serversOf(store, deployment);
    const isNew = ({ metadata }: Raw) => metadata.labels[hashLabel] === hash;
    stepServers(
      store,
      deployment,
      own.filter(isNew),
      own.filter(pod => !isNew(pod)),
      hash,
    );
    writeStatus(store, deployment, hash);
  }
}

const hashes = new WeakMap<object, string>();

/** Stored objects never change. */
export function hashOf(template: Raw): string {
  const known = hashes.get(template) ?? digestOf(template);
  hashes.set(template, known);
  return known;
}

function digestOf(template: Raw): string {
  return createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 8);
}

function serversOf(store: ObjectStore, { metadata }: Raw): Raw[] {
  return store.list(pods, namespace).filter(pod => ownerOf(pod) === metadata.uid);
}

function stepServers(
  store: ObjectStore,
  deployment: Raw,
  current: readonly Raw[],
  old: readonly Raw[],
  hash: string,
): void {
  const desired = deployment.spec.replicas ?? 1;
  const ready = [...current, ...old].filter(isReady).length;
  const surplus =
    old.find(pod => !isReady(pod)) ?? (ready > desired ? (old[0] ?? current[desired]) : undefined);
  if (surplus !== undefined) store.delete(pods, namespace, surplus.metadata.name);
  else if (current.length < desired && current.length + old.length <= desired) {
    createServer(store, deployment, current, hash);
  }
}

function createServer(store: ObjectStore, deployment: Raw, current: readonly Raw[], hash: string): void {
  const { name, uid } = deployment.metadata;
  const { metadata, spec } = deployment.spec.template;
  const names = new Set(current.map(pod => pod.metadata.name));
  const free = Array.from({ length: current.length + 1 }, (_, i) => `${name}-${hash}-${i}`);
  store.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: free.find(candidate => !names.has(candidate)) ?? name,
      namespace,
      labels: { ...metadata.labels, [hashLabel]: hash },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
    },
    spec,
    status: { phase: 'Pending' },
  } as Raw);
}

function writeStatus(store: ObjectStore, deployment: Raw, hash: string): void {
  const own = serversOf(store, deployment);
  const current = own.filter(({ metadata }) => metadata.labels[hashLabel] === hash);
  const { generation: observedGeneration, name } = deployment.metadata;
  const ready = own.filter(isReady).length;
  const isDone = current.filter(isReady).length === deployment.spec.replicas && own.length === current.length;
  const reason = isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated';
  const status = {
    observedGeneration,
    replicas: own.length,
    updatedReplicas: current.length,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [{ type: 'Progressing', status: 'True', reason, message: '' }],
  };
  if (isDeepStrictEqual(deployment.status, status)) return;
  store.update(deployments, namespace, name, draft => {
    draft.status = status;
  });
}
