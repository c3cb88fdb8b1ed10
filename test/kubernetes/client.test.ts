import assert from 'node:assert/strict';
import { ApiError, type WatchEvent } from '../../src/kubernetes/client.ts';
import { type Call, createClient, type HttpClient } from '../../src/kubernetes/http-client.ts';
import { handedOver, managedFieldsOf } from '../../src/kubernetes/managed-fields.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { until } from './fake-clock.ts';
import { type AnyObject, CONFIG_MAPS, type ConfigMap, configMap, WIDGETS } from './kinds.ts';

describe('kubernetes client', () => {
  let server: ApiServer;
  let client: HttpClient;
  let calls: Call[];

  beforeEach(async () => {
    server = await startApiServer({ kinds: [CONFIG_MAPS] });
    calls = [];
    client = createClient(server.connect(), {
      fieldManager: 'tester',
      observe: call => calls.push(call),
      limits: { request: 200, firstByte: 200 },
      random: () => 0,
    });
  });

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  it('creates, reads, changes and deletes', async () => {
    const made = await client.create(CONFIG_MAPS, configMap('one', { a: '1' }));
    const merged: ConfigMap = await client.merge(CONFIG_MAPS, 'default', 'one', { data: { b: '2' } });
    assert.deepEqual(merged.data, { a: '1', b: '2' });
    const changed = { ...merged, data: { c: '3' } };
    const replaced = await client.replace(CONFIG_MAPS, changed);
    const read: ConfigMap | null = await client.get(CONFIG_MAPS, 'default', 'one');
    assert.deepEqual(read?.data, { c: '3' });
    await assert.rejects(client.replace(CONFIG_MAPS, made), { code: 409, reason: 'Conflict' });
    const options = { propagation: 'Background' } as const;
    assert.equal(await client.delete(CONFIG_MAPS, 'default', 'one', { ...options, uid: 'another' }), false);
    assert.equal(
      await client.delete(CONFIG_MAPS, 'default', 'one', { ...options, uid: replaced.metadata.uid ?? '' }),
      true,
    );
    assert.equal(await client.delete(CONFIG_MAPS, 'default', 'one', options), false);
    assert.equal(await client.get(CONFIG_MAPS, 'default', 'one'), null);
  });

  it('calls `permit` before every attempt, and sends nothing if it throws', async () => {
    let allowed = 2;
    client = createClient(server.connect(), {
      fieldManager: 'tester',
      permit: ({ method, resource }) => {
        assert.deepEqual([method, resource], ['POST', 'configmaps']);
        if (allowed-- === 0) throw new ApiError(0, 'Forbidden', 'no more');
      },
      random: () => 0,
    });
    server.fault({ times: 10, fault: { type: 'status', code: 429 } });
    await assert.rejects(client.create(CONFIG_MAPS, configMap('one', {})), { reason: 'Forbidden' });
    assert.equal(server.received.length, 2);
  });

  it('creates with strict validation, so that unknown fields are rejected', async () => {
    await client.create(CONFIG_MAPS, configMap('one'));
    const { parameters } = server.received.at(-1) ?? assert.fail();
    assert.equal(parameters.toString(), 'fieldManager=tester&fieldValidation=Strict');
  });

  it('applies as its field manager with force, and removes fields that are no longer applied', async () => {
    await client.apply(CONFIG_MAPS, configMap('one', { a: '1', b: '2' }));
    const object: ConfigMap = await client.apply(CONFIG_MAPS, configMap('one', { b: '3' }));
    assert.deepEqual(object.data, { b: '3' });
    const { parameters, headers } = server.received.at(-1) ?? assert.fail();
    assert.equal(parameters.toString(), 'fieldManager=tester&force=true&fieldValidation=Strict');
    assert.equal(headers['content-type'], 'application/apply-patch+yaml');
    assert.equal(headers.authorization, 'Bearer secret');
  });

  it('applies the status alone', async () => {
    const made = await client.create(CONFIG_MAPS, configMap('one', { a: '1' }));
    const { apiVersion, kind } = made;
    const status = {
      apiVersion,
      kind,
      metadata: { name: 'one', namespace: 'default' },
      status: { ready: true },
      data: {},
    };
    const object = (await client.apply(CONFIG_MAPS, status, { subresource: 'status' })) as AnyObject;
    assert.deepEqual([object.status, object.data], [{ ready: true }, { a: '1' }]);
  });

  it('lists page by page, with the kinds of the items', async () => {
    for (const name of ['a', 'b', 'c']) server.objects.create(CONFIG_MAPS, configMap(name));
    const first = await client.list(CONFIG_MAPS, { limit: 2, labelSelector: 'group=a' });
    const second = await client.list(CONFIG_MAPS, { limit: 2, continue: first.continue ?? '' });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ kind, metadata }) => [kind, metadata.name]),
      [
        ['ConfigMap', 'a'],
        ['ConfigMap', 'b'],
        ['ConfigMap', 'c'],
      ],
    );
    assert.equal(second.continue, undefined);
  });

  it('finds out which kinds the server has', async () => {
    assert.equal(await client.serves(CONFIG_MAPS), true);
    assert.equal(await client.serves(WIDGETS), false);
  });

  it('opens one connection for many calls', async () => {
    for (let call = 0; call < 20; call++) await client.list(CONFIG_MAPS, {});
    assert.equal(server.connections, 1);
  });

  const survived = [
    { what: 'a reset before a read', fault: { type: 'reset' }, method: 'GET' },
    { what: 'a lost response to a patch', fault: { type: 'lost-answer' }, method: 'PATCH' },
    { what: 'too many requests', fault: { type: 'status', code: 429, retryAfter: 0 }, method: 'POST' },
    {
      what: 'an overloaded server that sends Retry-After',
      fault: { type: 'status', code: 503, retryAfter: 0 },
      method: 'POST',
    },
  ] as const;
  for (const { what, fault, method } of survived) {
    it(`retries after ${what}`, async () => {
      server.objects.create(CONFIG_MAPS, configMap('one'));
      server.fault({ method, fault });
      if (method === 'GET') await client.list(CONFIG_MAPS, {});
      else if (method === 'PATCH') await client.merge(CONFIG_MAPS, 'default', 'one', { data: { a: '1' } });
      else await client.create(CONFIG_MAPS, configMap('two'));
      assert.equal(calls.length, 2);
    });
  }

  it('marks the error of a write that it has sent again after a lost connection', async () => {
    const { metadata } = server.objects.create(CONFIG_MAPS, configMap('one'));
    const { uid, resourceVersion } = metadata;
    const object = {
      ...configMap('one', { a: '1' }),
      metadata: { name: 'one', namespace: 'default', uid, resourceVersion },
    };
    server.fault({ method: 'PATCH', fault: { type: 'lost-answer' } });
    await assert.rejects(client.apply(CONFIG_MAPS, object), { reason: 'Conflict', isResent: true });
    await assert.rejects(client.apply(CONFIG_MAPS, object), { reason: 'Conflict', isResent: false });
  });

  const refused = [
    { what: 'a reset before a create', fault: { type: 'reset' }, error: { code: 0, reason: 'ECONNRESET' } },
    {
      what: 'a server error',
      fault: { type: 'status', code: 500, reason: 'InternalError' },
      error: { code: 500, reason: 'InternalError' },
    },
    { what: 'a missing response', fault: { type: 'hang' }, error: { code: 0, reason: 'Timeout' } },
    {
      what: 'a response that is not JSON',
      fault: { type: 'garbage' },
      error: { code: 0, reason: 'Garbage' },
    },
  ] as const;
  for (const { what, fault, error } of refused) {
    it(`does not retry after ${what}`, async () => {
      server.fault({ fault });
      await assert.rejects(client.create(CONFIG_MAPS, configMap('one')), { name: 'ApiError', ...error });
      assert.equal(calls.length, 1);
    });
  }

  it('reads a Status without a reason, as server-side apply sends about an unknown field', async () => {
    const message = 'failed to create typed patch object: .spec.nope: field not declared in schema';
    server.fault({ fault: { type: 'status', code: 500, reason: null, message } });
    await assert.rejects(client.apply(CONFIG_MAPS, configMap('one')), { code: 500, reason: '', message });
  });

  it('applies without force only what no other manager has set, and hands over its fields', async () => {
    await client.create(CONFIG_MAPS, configMap('one', { a: '1', b: '1' }));
    await assert.rejects(client.apply(CONFIG_MAPS, configMap('one', { a: '2' }), { force: false }), {
      code: 409,
      reason: 'Conflict',
    });
    const found = server.objects.get(CONFIG_MAPS, 'default', 'one') as AnyObject;
    const { resourceVersion } = found.metadata;
    const entries = handedOver(managedFieldsOf(found), 'tester');
    const operations = [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    ] as const;
    await client.patch(CONFIG_MAPS, 'default', 'one', operations);
    const object: ConfigMap = await client.apply(CONFIG_MAPS, configMap('one', { a: '2' }), { force: false });
    assert.deepEqual(object.data, { a: '2' });
    await assert.rejects(client.patch(CONFIG_MAPS, 'default', 'one', operations), { reason: 'Conflict' });
  });

  it('reuses no open connection after a timeout on one', async () => {
    await Promise.all([client.list(CONFIG_MAPS, {}), client.list(CONFIG_MAPS, {})]);
    assert.equal(server.connections, 2);
    server.fault({ fault: { type: 'hang' } });
    await assert.rejects(client.list(CONFIG_MAPS, {}), { reason: 'Timeout' });
    await client.list(CONFIG_MAPS, {});
    assert.equal(server.connections, 3);
  });

  it('closes the connection after a timeout', async () => {
    server.fault({ fault: { type: 'hang' } });
    await assert.rejects(client.list(CONFIG_MAPS, {}), { reason: 'Timeout' });
    await until(() => server.openConnections === 0);
  });

  it('gives up after four attempts', async () => {
    server.fault({ fault: { type: 'reset' }, times: 9 });
    await assert.rejects(client.list(CONFIG_MAPS, {}), { code: 0, reason: 'ECONNRESET' });
    assert.equal(calls.length, 4);
    const { method, resource, code, host } = calls[0] ?? assert.fail();
    assert.deepEqual(
      { method, resource, code, host },
      { method: 'GET', resource: 'configmaps', code: 0, host: new URL(server.url).host },
    );
  });

  describe('watch', () => {
    const controller = new AbortController();
    const watch = (resourceVersion: string, signal = controller.signal) =>
      client.watch(CONFIG_MAPS, { resourceVersion, timeoutSeconds: 60, signal });

    async function collect(events: AsyncIterable<WatchEvent>): Promise<string[]> {
      const seen: string[] = [];
      for await (const { type, object } of events) seen.push(`${type} ${object.metadata.name}`);
      return seen;
    }

    it('yields the events since a version, until the server ends it', async () => {
      const { resourceVersion } = await client.list(CONFIG_MAPS, {});
      server.objects.create(CONFIG_MAPS, configMap('über'));
      const seen = collect(watch(resourceVersion));
      await until(() => server.watchCount() === 1);
      server.objects.delete(CONFIG_MAPS, 'default', 'über');
      server.disturb('end');
      assert.deepEqual(await seen, ['ADDED über', 'DELETED über']);
    });

    const broken = [
      ['reset', 'ECONNRESET'],
      ['garbage', 'Garbage'],
      ['truncate', 'Truncated'],
    ] as const;
    for (const [how, reason] of broken) {
      it(`fails after a ${how} in the stream`, async () => {
        const seen = collect(watch('1000'));
        await until(() => server.watchCount() === 1);
        server.disturb(how);
        await assert.rejects(seen, { code: 0, reason });
      });
    }

    it('fails without a response', async () => {
      server.fault({ watch: true, fault: { type: 'hang' } });
      await assert.rejects(collect(watch('1000')), { code: 0, reason: 'Timeout' });
    });

    it('fails with the error of the server', async () => {
      server.fault({ watch: true, fault: { type: 'status', code: 410, reason: 'Expired' } });
      await assert.rejects(collect(watch('1000')), { code: 410, reason: 'Expired' });
    });

    it('ends when the caller aborts it, and closes the connection', async () => {
      const stop = new AbortController();
      const seen = collect(watch('1000', stop.signal));
      await until(() => server.watchCount() === 1);
      stop.abort();
      await assert.rejects(seen, error => error instanceof ApiError && error.reason === 'Aborted');
      await until(() => server.watchCount() === 0);
    });

    it('does not end while no events arrive', async () => {
      const seen = collect(watch('1000'));
      await until(() => server.watchCount() === 1);
      await new Promise(resolve => setTimeout(resolve, 300));
      server.bookmark();
      server.disturb('end');
      assert.deepEqual(await seen, ['BOOKMARK undefined']);
    });
  });
});
