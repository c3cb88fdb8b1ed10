import assert from 'node:assert/strict';
import { modelKey, splitModelKey } from '../../src/controller/key.ts';
import type { ChildResource } from '../../src/controller/observation.ts';
import { observe, type Sources } from '../../src/controller/observe.ts';
import { aClaim, aJob, aModel, aPod, aRun, at, noon, someSettings } from './builders.ts';

const key = modelKey('default', 'aapl');
const run = aRun();
const job = aJob(run, 'Fetch');
const child = {
  ...aClaim({ name: 'aapl' }),
  kind: 'Service',
  ownerUid: null,
  appliedDigest: null,
  appliedBy: null,
  contention: null,
  ownership: { applied: null, others: '[]', needsHandOver: false },
};

function source<T extends { readonly name: string }>(...values: T[]) {
  return {
    get: (namespace: string, name: string) =>
      values.find(value => namespace === 'default' && value.name === name) ?? null,
    byKey: (requested: string) => (requested === key ? values : []),
  };
}
const of = <T extends { readonly name: string }>(value: T) => ({ ...value, model: 'aapl' });
const sources = (model = aModel()): Sources => ({
  runs: source(run),
  models: source(model),
  jobs: source(job),
  pods: source(aPod(job)),
  claims: source(of(aClaim()), of(aClaim({ name: 'shared' }))),
  deployments: source(),
  children: [source<ChildResource & { model: string }>(of(child)), source()],
});

describe('observing', () => {
  it('collects the objects of one Model', () => {
    const observation = observe(sources(), key, at(3), someSettings(), []);
    assert.deepEqual([observation.namespace, observation.name, observation.now], ['default', 'aapl', at(3)]);
    assert.deepEqual([observation.runs, observation.jobs, observation.deployment], [[run], [job], null]);
    assert.deepEqual(
      observation.children.map(({ kind }) => kind),
      ['Service'],
    );
    assert.equal(observation.claim?.name, 'aapl-artifacts');
  });

  it('uses the claim that the Model names', () => {
    const { spec } = aModel();
    assert.ok(spec !== null);
    const model = aModel({ spec: { ...spec, artifacts: { ...spec.artifacts, claimName: 'shared' } } });
    assert.equal(observe(sources(model), key, noon, someSettings(), []).claim?.name, 'shared');
  });

  it('splits a key into namespace and name', () => {
    assert.deepEqual(splitModelKey(key), { namespace: 'default', model: 'aapl' });
  });
});
