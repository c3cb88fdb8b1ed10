import assert from 'node:assert/strict';
import { createClient, type HttpClient } from '../../src/kubernetes/http-client.ts';
import {
  createInformer,
  type Informer,
  type InformerOptions,
  type Stored,
} from '../../src/kubernetes/informer.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { FakeClock, until } from './fake-clock.ts';
import { CONFIG_MAPS, type ConfigMap, configMap } from './kinds.ts';

interface Kept extends Stored {
  readonly group: string;
  readonly value: string;
}

function read({ metadata, data = {} }: ConfigMap): Kept | null {
  const { group = 'a', value = '', hidden } = data;
  if (hidden !== undefined) return null;
  const { namespace = '', name, resourceVersion = '' } = metadata;
  return { namespace, name, resourceVersion, group, value };
}

describe('informer', () => {
  let server: ApiServer;
  let client: HttpClient;
  let informer: Informer<Kept>;
  let changed: string[];
  let problems: string[];

  function start(options: Partial<InformerOptions<Kept>> = {}): void {
    informer = createInformer({
      client,
      type: CONFIG_MAPS,
      read,
      key: ({ group }) => group,
      changed: key => changed.push(key),
      report: ({ what }) => problems.push(what),
      timing: { backoffBase: 1, backoffCap: 5 },
      ...options,
    });
    informer.start();
  }

  const put = (name: string, data = {}, namespace = 'default') =>
    server.objects.create(CONFIG_MAPS, configMap(name, data, namespace));
  const change = (name: string, data: Record<string, string>) =>
    server.objects.update(CONFIG_MAPS, 'default', name, draft => {
      draft.data = data;
    });
  const world = () =>
    server.objects.list(CONFIG_MAPS).map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
  const cache = () =>
    [...informer.values()].map(({ name, resourceVersion }) => `${name} ${resourceVersion}`).sort();
  const same = () => until(() => JSON.stringify(cache()) === JSON.stringify(world()));

  beforeEach(async () => {
    server = await startApiServer({ kinds: [CONFIG_MAPS] });
    client = createClient(server.connect(), { fieldManager: 'tester', random: () => 0 });
    changed = [];
    problems = [];
  });

  afterEach(async () => {
    await informer.stop();
    client.close();
    await server.stop();
  });

  it('lists all pages before it is synced, then follows changes', async () => {
    for (let item = 0; item < 220; item++) put(`item-${String(item).padStart(4, '0')}`);
    start();
    assert.equal(informer.hasSynced, false);
    await informer.synced;
    assert.equal(informer.size, 220);
    assert.equal(server.received.filter(({ watch }) => !watch).length, 3);
    put('later');
    server.objects.delete(CONFIG_MAPS, 'default', 'item-0000');
    await same();
  });

  it('finds by key, and reports the old and the new key of a change', async () => {
    put('one', { group: 'a' });
    start();
    await informer.synced;
    change('one', { group: 'b' });
    await same();
    assert.deepEqual(informer.byKey('a'), []);
    assert.deepEqual(
      informer.byKey('b').map(({ name }) => name),
      ['one'],
    );
    assert.deepEqual(changed, ['a', 'b', 'a']);
  });

  for (const how of ['reset', 'end', 'garbage', 'truncate', 'error-410', 'error-500'] as const) {
    it(`follows changes after a ${how} in a watch`, async () => {
      put('one');
      start();
      await informer.synced;
      await until(() => server.watchCount() === 1);
      server.disturb(how);
      put('two');
      server.objects.delete(CONFIG_MAPS, 'default', 'one');
      await same();
    });
  }

  it('reports every list and watch before it starts', async () => {
    const begun: string[] = [];
    start({ begins: ({ kind }, what) => begun.push(`${kind} ${what}`) });
    await until(() => server.watchCount() === 1);
    server.disturb('end');
    put('one');
    await same();
    assert.deepEqual(begun.slice(0, 3), ['ConfigMap list', 'ConfigMap watch', 'ConfigMap watch']);
  });

  it('lists again when its version is too old', async () => {
    put('one');
    start();
    await informer.synced;
    await until(() => server.watchCount() === 1);
    server.fault({ watch: true, fault: { type: 'reset' } });
    server.disturb('reset');
    put('two');
    server.objects.delete(CONFIG_MAPS, 'default', 'one');
    server.compact();
    await same();
  });

  it('syncs after repeated failures of lists and watches', async () => {
    put('one');
    server.fault({ fault: { type: 'status', code: 500 }, times: 3 });
    start();
    await informer.synced;
    server.fault({ watch: true, fault: { type: 'status', code: 500 }, times: 3 });
    put('two');
    await same();
    assert.ok(problems.filter(what => what === 'list').length >= 3);
  });

  it('reopens a silent watch', async () => {
    // Without a backoff, which would exceed the time limit.
    start({ timing: { silence: 30, backoffBase: 60_000, backoffCap: 60_000 } });
    await informer.synced;
    await until(() => server.watchCount() === 1);
    server.disturb('silence');
    put('one');
    await same();
    assert.ok(problems.includes('watch'));
  });

  it('lists periodically', async () => {
    start({ timing: { relist: 50, backoffBase: 1 } });
    await informer.synced;
    const lists = () => server.received.filter(({ watch }) => !watch).length;
    const before = lists();
    await until(() => lists() > before + 1);
    assert.deepEqual(problems, []);
  });

  it('sends no request after it was stopped during a backoff', async () => {
    server.fault({ fault: { type: 'status', code: 500 }, times: 1000 });
    start({ timing: { backoffBase: 60_000, backoffCap: 60_000 } });
    await until(() => problems.length === 1);
    await informer.stop();
    assert.equal(server.received.length, 1);
    assert.equal(server.watchCount(), 0);
  });

  it('continues when handlers and readers throw', async () => {
    put('one');
    put('bad');
    start({
      changed: () => assert.fail('handler'),
      read: raw => (raw.metadata.name === 'bad' ? assert.fail('reader') : read(raw)),
    });
    await informer.synced;
    put('two');
    await until(() => informer.size === 2);
    assert.deepEqual([...new Set(problems)].sort(), ['handler', 'read']);
  });

  it('watches the given namespaces only, with one store', async () => {
    put('one', {}, 'first');
    put('one', {}, 'second');
    put('one', {}, 'third');
    start({ namespaces: ['first', 'second', 'first'] });
    await informer.synced;
    put('two', {}, 'second');
    await until(() => informer.size === 3);
    assert.equal(informer.get('third', 'one'), null);
    assert.equal(server.watchCount(), 2);
  });

  it('sees its own writes at once, and ignores older states', async () => {
    const old = put('one', { value: 'old' });
    start();
    await informer.synced;
    server.disturb('silence');
    informer.upsert(change('one', { value: 'new' }));
    informer.upsert(old);
    assert.equal(informer.get('default', 'one')?.value, 'new');
  });

  it('is not stale without events, as long as the server accepts watches', async () => {
    const clock = new FakeClock();
    start({ clock, timing: { silence: 1000, relist: 1e6, watch: 1e6, backoffBase: 1, backoffCap: 1 } });
    await informer.synced;
    for (let watch = 1; watch <= 4; watch++) {
      await until(() => server.received.filter(({ watch }) => watch).length === watch);
      await until(() => clock.monotonic() === informer.lastActivity);
      await clock.advance(1000);
    }
    assert.equal(informer.stale, false);
  });

  it('is stale without a response for twice the allowed silence', async () => {
    const clock = new FakeClock();
    start({ clock, timing: { silence: 1000, relist: 1e6, watch: 1e6, backoffBase: 1e5, backoffCap: 1e5 } });
    await informer.synced;
    await until(() => server.watchCount() === 1);
    assert.equal(informer.stale, false);
    server.fault({ fault: { type: 'status', code: 500 }, times: 1000 });
    await clock.advance(2001);
    assert.equal(informer.stale, true);
  });
});
