/** What must be true of the chart's objects for any values. */
import assert from 'node:assert/strict';
import type { Rendered } from './render.ts';

type Labels = Readonly<Record<string, string>>;

const clusterScoped = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);
const labelValue = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** @throws AssertionError for objects that Kubernetes would refuse or that do not refer to each other as they must. */
export function assertConsistent(objects: readonly Rendered[], name: string, release: string): void {
  for (const object of objects) assertMetadata(object);
  assertUnique(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`));
  assertNoNull(objects, '');
  assertSelectors(objects, name, release);
  assertPod(ofKind(objects, 'Deployment')[0]?.spec.template.spec);
  assertPermissions(objects);
}

function ofKind(objects: readonly Rendered[], kind: string): Rendered[] {
  return objects.filter(object => object.kind === kind);
}

function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function assertMetadata({ kind, metadata }: Rendered): void {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  assert.equal(typeof name, 'string', `${kind} ${name}`);
  if (clusterScoped.has(kind)) assert.equal(namespace, undefined, kind);
  else assert.equal(typeof namespace, 'string', `${kind} ${name}`);
  for (const [key, value] of Object.entries(labels)) {
    assert.ok(typeof value === 'string' && labelValue.test(value), `${kind} ${name}: ${key}=${value}`);
  }
  for (const [key, value] of Object.entries(annotations)) assert.equal(typeof value, 'string', key);
}

function assertUnique(entries: readonly string[]): void {
  assert.deepEqual(
    entries.filter((entry, index) => entries.indexOf(entry) < index),
    [],
  );
}

function assertNoNull(value: unknown, path: string): void {
  assert.notEqual(value, null, path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) assertNoNull(inner, `${path}.${key}`);
}

/** No label of the values changes what the selectors match: the operator's pods, and no others. */
function assertSelectors(objects: readonly Rendered[], name: string, release: string): void {
  const identity = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': release };
  const operator = { ...identity, 'app.kubernetes.io/component': 'operator' };
  const [deployment] = ofKind(objects, 'Deployment');
  const [service] = ofKind(objects, 'Service');
  assert.ok(deployment !== undefined && service !== undefined);
  assert.deepEqual(deployment.spec.selector, { matchLabels: operator });
  assert.deepEqual(service.spec.selector, operator);
  assert.ok(selects(operator, deployment.spec.template.metadata.labels));
  for (const { spec } of ofKind(objects, 'PodDisruptionBudget')) {
    assert.deepEqual(spec.selector, { matchLabels: operator });
    assert.equal(['minAvailable', 'maxUnavailable'].filter(field => field in spec).length, 1);
  }
  for (const { spec } of ofKind(objects, 'ServiceMonitor')) {
    assert.ok(selects(spec.selector.matchLabels, service.metadata.labels));
    assert.deepEqual(spec.namespaceSelector, { matchNames: [service.metadata.namespace] });
  }
  const [test] = ofKind(objects, 'Pod');
  assert.ok(test !== undefined && !selects(operator, test.metadata.labels));
  assert.equal(test.metadata.annotations?.['helm.sh/hook'], 'test');
  for (const { spec } of ofKind(objects, 'NetworkPolicy')) {
    assert.deepEqual(spec.podSelector, { matchLabels: operator });
    const peers: { podSelector?: { matchLabels: Labels } }[] | undefined = spec.ingress[0].from;
    const admits = ({ podSelector }: { podSelector?: { matchLabels: Labels } }) =>
      podSelector !== undefined && selects(podSelector.matchLabels, test.metadata.labels);
    assert.ok(peers?.some(admits) ?? true, 'the pod of helm test is not admitted');
  }
}

/** Lists that Kubernetes merges by a key have each key once, and mounts have their volumes. */
function assertPod(spec: Rendered['spec']): void {
  const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name);
  assertUnique([...names(spec.initContainers), ...names(spec.containers)]);
  assertUnique(names(spec.volumes));
  for (const { env = [], volumeMounts = [] } of spec.containers) {
    assertUnique(names(env));
    assertUnique(volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath));
    for (const name of names(volumeMounts)) assert.ok(names(spec.volumes).includes(name), name);
    for (const { value } of env) assert.ok(value === undefined || typeof value === 'string');
  }
}

/** Bindings refer to roles that exist and to the operator's service account. */
function assertPermissions(objects: readonly Rendered[]): void {
  const [deployment] = ofKind(objects, 'Deployment');
  const account = {
    kind: 'ServiceAccount',
    name: deployment?.spec.template.spec.serviceAccountName,
    namespace: deployment?.metadata.namespace,
  };
  for (const { kind, metadata, roleRef, subjects } of objects.filter(({ kind }) =>
    kind.endsWith('RoleBinding'),
  )) {
    assert.deepEqual(subjects, [account]);
    const isRole = (object: Rendered) =>
      object.kind === roleRef.kind &&
      object.metadata.name === roleRef.name &&
      object.metadata.namespace === metadata.namespace;
    assert.ok(objects.some(isRole), `${kind} ${metadata.name}`);
  }
}
