import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isNewer, listedId, Store, type Stored } from '../../../src/kubernetes/informer/store.ts';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { FakeClock } from '../fake-clock.ts';

interface Kept extends Stored {
  readonly label: string;
}

const object = (name: string, version: number, label = 'a'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name, resourceVersion: String(version), labels: { label } },
});

function createStore(clock = new FakeClock()): Store<Kept> {
  return new Store<Kept>({
    clock,
    key: ({ label }) => label,
    changed: () => undefined,
    report: (_, error) => assert.fail(String(error)),
    read: ({ metadata: { name, namespace = '', resourceVersion = '', labels } }) =>
      labels?.label === 'hidden' ? null : { name, namespace, resourceVersion, label: String(labels?.label) },
  });
}

const contents = (store: Store<Kept>) =>
  [...store.values()].map(({ name, resourceVersion, label }) => `${name} ${resourceVersion} ${label}`).sort();

describe('store of an informer', () => {
  const versions = [
    { version: '10', than: '9', newer: true },
    { version: '9', than: '10', newer: false },
    { version: '10', than: '10', newer: false },
    { version: '18446744073709551616', than: '18446744073709551615', newer: true },
    { version: '5', than: '', newer: true },
    { version: 'opaque', than: '7', newer: true },
    { version: 'opaque', than: 'opaque', newer: false },
  ];
  for (const { version, than, newer } of versions) {
    it(`takes version '${version}' as ${newer ? '' : 'not '}newer than '${than}'`, () => {
      assert.equal(isNewer(version, than), newer);
    });
  }

  it('reaches the same state from the same history in any order and with repeats', () => {
    const step = fc.record({
      name: fc.constantFrom('one', 'two'),
      kind: fc.constantFrom('a', 'b', 'hidden', 'deleted'),
    });
    const histories = fc.array(step, { minLength: 1, maxLength: 12 }).chain(steps => {
      const events = steps.map((event, index) => ({ ...event, version: index + 1 }));
      const extra = fc.array(fc.constantFrom(...events), { maxLength: 8 });
      return fc.tuple(
        fc.constant(events),
        extra.chain(more => {
          const all = [...events, ...more];
          return fc.shuffledSubarray(all, { minLength: all.length });
        }),
      );
    });
    const apply = (
      store: Store<Kept>,
      events: readonly { name: string; kind: string; version: number }[],
    ) => {
      for (const { name, kind, version } of events) {
        if (kind === 'deleted') store.delete(object(name, version));
        else store.upsert(object(name, version, kind));
      }
      return store;
    };
    fc.assert(
      fc.property(histories, ([inOrder, mixed]) => {
        const [one, other] = [apply(createStore(), inOrder), apply(createStore(), mixed)];
        assert.deepEqual(contents(other), contents(one));
        for (const label of ['a', 'b']) {
          const byLabel = [...one.values()].filter(value => value.label === label);
          assert.deepEqual(
            other
              .byKey(label)
              .map(({ name }) => name)
              .sort(),
            byLabel.map(({ name }) => name).sort(),
          );
        }
      }),
    );
  });

  it('removes objects that a list does not have, except newer ones', () => {
    const store = createStore();
    for (const [name, version] of [
      ['kept', 1],
      ['gone', 2],
      ['new', 9],
    ] as const)
      store.upsert(object(name, version));
    store.retain('default', new Set([listedId(object('kept', 1))]), '5');
    store.upsert(object('gone', 4));
    assert.deepEqual(contents(store), ['kept 1 a', 'new 9 a']);
    store.upsert(object('gone', 6));
    assert.deepEqual(contents(store), ['gone 6 a', 'kept 1 a', 'new 9 a']);
  });

  it('keeps objects of other namespaces after the list of one', () => {
    const store = createStore();
    store.upsert(object('one', 1));
    store.retain('another', new Set(), '5');
    assert.equal(store.size, 1);
  });

  it('drops records of deletions after some time', async () => {
    const clock = new FakeClock();
    const store = createStore(clock);
    store.delete(object('one', 5));
    await clock.advance(600_001);
    store.delete(object('two', 6));
    store.upsert(object('one', 4));
    assert.deepEqual(contents(store), ['one 4 a']);
  });
});
