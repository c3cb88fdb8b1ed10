import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { stageNames } from '../../src/api/artifacts.ts';
import { apiVersion, labels } from '../../src/api/group.ts';
import { completeOperatorOptions, type OperatorOptions } from '../../src/controller/config.ts';
import { type RunningOperator, startOperator } from '../../src/controller/operator.ts';
import {
  events,
  jobs,
  leases,
  models,
  pods,
  serviceMonitors,
  trainingRuns,
} from '../../src/controller/resources.ts';
import { createClient } from '../../src/kubernetes/http-client.ts';
import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api-server.ts';
import { until } from '../kubernetes/fake-clock.ts';
import type { AnyObject } from '../kubernetes/kinds.ts';
import { aReport, watchedTypes } from './builders.ts';
import { figures } from './decide/promotion/challengers.ts';

const kinds = [...watchedTypes.filter(type => type !== serviceMonitors), leases, events];
const namespace = 'default';
const silent = { write: (_line: string) => {}, flush: async () => {} };

describe('the operator', () => {
  let server: ApiServer;
  let operators: RunningOperator[];

  const start = async (options: Partial<OperatorOptions> = {}, at: ApiServer = server, sink = silent) => {
    const config = completeOperatorOptions({
      image: 'bellwether:test',
      host: '127.0.0.1',
      port: 0,
      ...options,
    });
    const operator = await startOperator(config, options => createClient(at.connect(), options), sink);
    operators.push(operator);
    return operator;
  };
  const applyRun = (name: string, inNamespace = namespace) =>
    server.objects.create(trainingRuns, {
      apiVersion,
      kind: 'TrainingRun',
      metadata: { name, namespace: inNamespace },
      spec: { symbol: 'AAPL', data: { source: 'Sample' } },
    });
  /** Resolves with the first object that matches, as soon as there is one. */
  const eventually = (type: ResourceType, matches: (object: AnyObject) => boolean) =>
    new Promise<AnyObject>(resolve => {
      const check = () => {
        const found = server.objects.list(type).find(matches);
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const stop = server.objects.onChange(() => queueMicrotask(check));
      check();
    });
  const job = (stage: string, run?: string) =>
    eventually(jobs, ({ metadata }) => {
      const { [labels.stage]: stageLabel, [labels.run]: runLabel } = metadata.labels ?? {};
      return stageLabel === stage && (run === undefined || runLabel === run);
    });
  /** Creates the ended pod of a Job, which succeeded by default. */
  const finish = ({ metadata }: KubernetesObject, report: unknown, exitCode = 0) =>
    server.objects.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${metadata.name}-pod`,
        namespace,
        labels: metadata.labels,
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'Job', name: metadata.name, uid: metadata.uid, controller: true },
        ],
      },
      status: {
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        containerStatuses: [
          { name: 'stage', state: { terminated: { exitCode, message: JSON.stringify(report) } } },
        ],
      },
    });
  const get = async (operator: RunningOperator, path: string) => {
    const response = await fetch(`${operator.url}${path}`);
    return { status: response.status, text: await response.text() };
  };

  beforeEach(async () => {
    operators = [];
    server = await startApiServer({ kinds });
  });
  afterEach(async () => {
    await Promise.all(operators.map(operator => operator.close()));
    await server.stop();
  });

  it('runs the stages of a TrainingRun in order, and counts its actions in metrics', async () => {
    const operator = await start();
    applyRun('aapl');
    finish(await job('fetch'), aReport('Fetch'));
    finish(await job('features'), aReport('Features'));
    finish(await job('train'), aReport('Train'));
    finish(await job('evaluate'), aReport('Evaluate'));
    await eventually(
      trainingRuns,
      ({ status }) => (status as { phase?: string } | undefined)?.phase === 'Complete',
    );
    await eventually(models, ({ metadata }) => metadata.name === 'aapl');
    const { text } = await get(operator, '/metrics');
    assert.match(text, /^bellwether_runs\{phase="Complete",namespace="default",model="aapl"\} 1$/m);
    assert.match(text, /^bellwether_runs_finished_total\{outcome="Complete"\} 1$/m);
    assert.match(text, /^bellwether_stage_duration_seconds_count\{stage="Fetch",outcome="Succeeded"\} 1$/m);
    assert.match(text, /^bellwether_cache_objects\{kind="TrainingRun"\} 1$/m);
    const lastEvent = /^bellwether_watch_last_heard_timestamp_seconds\{kind="Pod"\} ([\d.]+)$/m.exec(
      text,
    )?.[1];
    assert.ok(Math.abs(Number(lastEvent) - Date.now() / 1000) < 60, lastEvent);
    assert.match(text, /^leader_election_master_status\{name="bellwether"\} 1$/m);
    assert.match(text, /^bellwether_stage_handover_seconds_count 3$/m);
    assert.match(text, /^bellwether_api_requests_total\{method="POST",resource="jobs"\} 4$/m);
    assert.match(text, /^controller_runtime_reconcile_total\{controller="model",result="error"\} 0$/m);
    assert.match(text, /^workqueue_adds_total\{name="model",controller="model"\} [1-9]/m);
    assert.match(
      text,
      /^rest_client_requests_total\{code="20[01]",method="POST",host="127\.0\.0\.1:\d+"\} [1-9]/m,
    );
  });

  it('reconciles only the configured namespaces', async () => {
    await start({ namespaces: 'default' });
    applyRun('elsewhere', 'other');
    applyRun('aapl');
    await job('fetch');
    assert.deepEqual(
      server.objects.list(jobs).map(({ metadata }) => metadata.name),
      ['aapl-fetch'],
    );
  });

  it('is ready only when every cache is filled', async () => {
    const release = server.fault({
      method: 'GET',
      plural: 'pods',
      watch: false,
      times: 1000,
      fault: { type: 'hang' },
    });
    const operator = await start();
    const { status, text } = await get(operator, '/readyz');
    assert.equal(status, 503);
    assert.match(text, /^Pod: not listed yet$/m);
    assert.equal((await get(operator, '/healthz')).status, 200);
    release();
  });

  it('is ready and healthy, and rejects other paths and methods', async () => {
    const operator = await start();
    await operator.synced;
    assert.deepEqual(await get(operator, '/readyz'), { status: 200, text: 'ok\n' });
    assert.equal((await get(operator, '/healthz')).status, 200);
    assert.equal((await get(operator, '/')).status, 404);
    assert.equal((await fetch(`${operator.url}/metrics`, { method: 'POST' })).status, 405);
  });

  it('serves the other namespaces while one is lost, and serves that one when it is back', async () => {
    const forbidden = { type: 'status', code: 403, reason: 'Forbidden' } as const;
    const restore = server.fault({ method: 'GET', namespace: 'lost', times: 1e6, fault: forbidden });
    const logged: string[] = [];
    const write = (line: string) => void logged.push(JSON.parse(line).msg);
    const operator = await start({ namespaces: 'default,lost', silenceSeconds: 1 }, server, {
      ...silent,
      write,
    });
    await operator.synced;
    applyRun('aapl');
    applyRun('msft', 'lost');
    await job('fetch', 'aapl');
    const { status, text } = await get(operator, '/readyz');
    assert.equal(status, 200);
    assert.match(text, /^ok\nnamespace lost is not served/);
    const metrics = async () => (await get(operator, '/metrics')).text;
    assert.match(await metrics(), /^bellwether_namespace_lost\{namespace="lost"\} 1$/m);
    assert.match(await metrics(), /^bellwether_namespace_lost\{namespace="default"\} 0$/m);
    assert.match(await metrics(), /^bellwether_watch_stale\{kind="Pod"\} 0$/m);
    assert.equal(logged.filter(message => message.startsWith('namespace lost')).length, 1);
    restore();
    await job('fetch', 'msft');
    assert.deepEqual(await get(operator, '/readyz'), { status: 200, text: 'ok\n' });
    assert.match(await metrics(), /^bellwether_namespace_lost\{namespace="lost"\} 0$/m);
    assert.equal(logged.filter(message => message === 'namespace served again').length, 1);
  });

  it('serves nothing of a namespace that it sees only in part', async () => {
    const forbidden = { type: 'status', code: 403, reason: 'Forbidden' } as const;
    const refused = { method: 'GET', plural: 'pods', namespace: 'lost', times: 1e6 } as const;
    const restore = server.fault({ ...refused, fault: forbidden });
    const operator = await start({ namespaces: 'default,lost' });
    await operator.synced;
    applyRun('msft', 'lost');
    applyRun('aapl');
    await job('fetch', 'aapl');
    assert.ok(!server.objects.list(models).some(({ metadata }) => metadata.namespace === 'lost'));
    restore();
    await job('fetch', 'msft');
  });

  it('does not lead while every namespace is lost', async () => {
    const forbidden = { type: 'status', code: 403, reason: 'Forbidden' } as const;
    server.fault({ method: 'GET', namespace: 'lost', times: 1e6, fault: forbidden });
    const operator = await start({ namespaces: 'lost', identity: 'one' });
    while ((await get(operator, '/metrics')).text.includes('bellwether_namespace_lost{namespace="lost"} 0')) {
      await new Promise(resolve => setImmediate(resolve));
    }
    assert.equal((await get(operator, '/readyz')).status, 503);
    assert.equal(server.objects.list(leases).length, 0);
  });

  it('watches ServiceMonitors if the cluster has the kind', async () => {
    await (await start()).synced;
    assert.ok(!server.received.some(({ plural }) => plural === 'servicemonitors'));
    const richer = await startApiServer({ kinds: [...kinds, serviceMonitors] });
    try {
      const operator = await start({ leaderElection: false }, richer);
      await operator.synced;
      assert.ok(richer.received.some(({ plural }) => plural === 'servicemonitors'));
      await operator.close();
    } finally {
      await richer.stop();
    }
  });

  it('stands by with filled caches, and takes over as soon as the leader stops', async () => {
    const leader = await start({ identity: 'one' });
    await eventually(leases, ({ spec }) => (spec as { holderIdentity?: string }).holderIdentity === 'one');
    const standby = await start({ identity: 'two' });
    await standby.synced;
    assert.equal((await get(standby, '/readyz')).status, 200);
    assert.match(
      (await get(standby, '/metrics')).text,
      /^leader_election_master_status\{name="bellwether"\} 0$/m,
    );
    await leader.close();
    applyRun('aapl');
    await job('fetch');
    assert.match(
      (await get(standby, '/metrics')).text,
      /^leader_election_master_status\{name="bellwether"\} 1$/m,
    );
  });

  it('exposes the figures of Models only while it leads, so that they are not counted twice', async () => {
    const exposesFigures = async (operator: RunningOperator) =>
      (await get(operator, '/metrics')).text.includes(
        'bellwether_model_ready{namespace="default",model="aapl"}',
      );
    const leader = await start({ identity: 'one' });
    await untilOneLeads();
    const standby = await start({ identity: 'two' });
    await standby.synced;
    applyRun('aapl');
    await job('fetch');
    assert.deepEqual([await exposesFigures(leader), await exposesFigures(standby)], [true, false]);
    await leader.close();
    await eventually(leases, ({ spec }) => (spec as { holderIdentity?: string }).holderIdentity === 'two');
    while (!(await exposesFigures(standby))) await new Promise(resolve => setImmediate(resolve));
  });

  describe('its log', () => {
    let lines: Record<string, unknown>[];
    beforeEach(() => {
      lines = [];
    });
    const startLogging = (options: Partial<OperatorOptions>) =>
      start(options, server, { ...silent, write: line => void lines.push(JSON.parse(line)) });
    /** Resolves when there is a line with these members. */
    const line = (members: Record<string, unknown>) =>
      until(() => lines.some(line => isDeepStrictEqual({ ...line, ...members }, line)));
    const readText = (path: string) => readFile(join(import.meta.dirname, '../..', path), 'utf8');
    const failFetch = async () => {
      applyRun('aapl');
      const failure = { state: 'Failed', kind: 'Permanent', reason: 'NoData', message: 'no rows' };
      finish(await job('fetch'), aReport('Fetch', failure), 65);
      await line({ run: 'aapl', reason: 'Failed' });
    };

    it('warns of a failed run, and at level warn logs nothing else about it', async () => {
      await startLogging({ logLevel: 'warn' });
      await failFetch();
      const about = { namespace, model: 'aapl', run: 'aapl', stage: 'Fetch' };
      const logged = lines.map(({ time: _, service: __, msg: ___, ...line }) => line);
      assert.deepEqual(logged, [
        { level: 'warn', ...about, reason: 'StageFailed' },
        { level: 'warn', ...about, reason: 'Failed' },
      ]);
    });

    it('can be read with the label selector in docs/operator.md', async () => {
      const [, selector = ''] =
        /kubectl logs .* -l (\S+) --tail=-1/.exec(await readText('docs/operator.md')) ?? [];
      const objects = loadAll(await readText('manifests/operator/operator.yaml')) as AnyObject[];
      const deployment = objects.find(({ kind }) => kind === 'Deployment');
      const { template } = deployment?.spec as { template: { metadata: { labels: Record<string, string> } } };
      const pairs = selector.split(',').map(pair => pair.split('='));
      assert.equal(pairs.length, 2);
      for (const [label = '', value] of pairs) assert.equal(template.metadata.labels[label], value, label);
    });

    it('contains the whole course of a run, selected by the filter in docs/operator.md', async () => {
      const text = await readText('docs/operator.md');
      const [, filter = '', columns = ''] = /jq -r 'select\((.+?)\) \| \[(.+?)\] \| @tsv'/.exec(text) ?? [];
      const wanted = filter.split(' and ').map(equation => /^\.(\w+) == "(\w+)"$/.exec(equation)?.slice(1));
      assert.deepEqual(wanted, [
        ['namespace', namespace],
        ['run', 'aapl'],
      ]);
      assert.equal(columns, '.time, .level, .stage, .reason, .msg');
      await startLogging({});
      applyRun('aapl');
      applyRun('msft');
      for (const stage of stageNames) {
        const metrics = stage === 'Evaluate' ? { metrics: figures() } : {};
        finish(await job(stage.toLowerCase(), 'aapl'), aReport(stage, metrics));
      }
      await line({ run: 'aapl', reason: 'Complete' });
      const course = lines.filter(line => wanted.every(([name = '', value]) => line[name] === value));
      assert.ok(
        course.every(({ level, time, model }) => level === 'info' && time !== '' && model === 'aapl'),
      );
      assert.deepEqual(
        course.map(({ stage = '-', reason }) => `${stage} ${reason}`),
        [
          'Fetch CreatingModel',
          'Fetch Started',
          'Fetch StageRunning',
          ...stageNames
            .slice(1)
            .flatMap((stage, index) => [`${stageNames[index]} StageSucceeded`, `${stage} StageRunning`]),
          '- Promoted',
          '- RollingOut',
          'Evaluate StageSucceeded',
          'Evaluate Complete',
        ],
      );
      assert.ok(course.every(({ msg }) => typeof msg === 'string' && msg !== ''));
    });

    it('names the Model of a problem, and the object of a lost Event', async () => {
      server.fault({ method: 'POST', plural: 'events', fault: { type: 'status', code: 403 }, times: 99 });
      await startLogging({});
      await failFetch();
      const lost = { level: 'warn', msg: 'event lost', namespace, kind: 'TrainingRun', name: 'aapl' };
      await line({ ...lost, reason: 'StageFailed' });
      const conflict = { type: 'status', code: 409, reason: 'Conflict' } as const;
      server.fault({ method: 'PATCH', plural: 'models', fault: conflict });
      server.fault({ method: 'PATCH', plural: 'models', fault: { type: 'status', code: 422 } });
      applyRun('msft');
      const about = { namespace, model: 'msft' };
      await line({ level: 'info', msg: 'observation out of date', ...about });
      await line({ level: 'warn', msg: 'reconcile failed', ...about });
    });

    it('contains at level debug every action, requeue, list and watch', async () => {
      await startLogging({ logLevel: 'debug' });
      await failFetch();
      const about = { level: 'debug', namespace, model: 'aapl' };
      await line({ ...about, msg: 'action carried out', action: 'Create', kind: 'Job', name: 'aapl-fetch' });
      const { at, ...again } = lines.find(({ msg }) => msg === 'requeued') ?? {};
      assert.ok(Date.parse(String(at)) > Date.now());
      assert.equal(again.model, 'aapl');
      for (const what of ['list', 'watch']) {
        await line({ level: 'debug', msg: `${what} started`, kind: 'TrainingRun', what });
      }
    });
  });

  const untilOneLeads = () =>
    eventually(leases, ({ spec }) => (spec as { holderIdentity?: string }).holderIdentity === 'one');
  const holder = () =>
    (server.objects.list(leases)[0]?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;

  it('writes nothing after the Lease is lost', async () => {
    const failed = Promise.withResolvers<string>();
    const write = (line: string) => void (line.includes('reconcile failed') && failed.resolve(line));
    const operator = await start({ identity: 'one' }, server, { ...silent, write });
    await operator.synced;
    await untilOneLeads();
    server.objects.update(leases, namespace, 'bellwether', draft => {
      draft.spec = { ...(draft.spec as object), holderIdentity: 'two' };
    });
    assert.match(await operator.lost, /two/);
    const before = server.received.length;
    applyRun('aapl');
    assert.match(await failed.promise, /NotLeading/);
    const written = server.received.slice(before).filter(({ method }) => method !== 'GET');
    assert.deepEqual(written, []);
  });

  it('keeps the Lease until it expires when work does not end in time', async () => {
    const operator = await start({ identity: 'one', stopSeconds: 0.05 });
    await untilOneLeads();
    const release = server.fault({ method: 'POST', times: 10, fault: { type: 'hang' } });
    applyRun('aapl');
    while (!server.received.some(({ method, plural }) => method === 'POST' && plural === 'models')) {
      await new Promise(resolve => setImmediate(resolve));
    }
    await operator.close();
    assert.equal(holder(), 'one');
    release();
  });

  it('after it stopped, does not listen, watch or hold the Lease', async () => {
    const operator = await start({ identity: 'one' });
    await eventually(leases, ({ spec }) => (spec as { holderIdentity?: string }).holderIdentity === 'one');
    await operator.close();
    // The server runs in this process and notices the closed connections later.
    while (server.watchCount() > 0) await new Promise(resolve => setImmediate(resolve));
    await assert.rejects(get(operator, '/healthz'));
    const [lease] = server.objects.list(leases);
    assert.equal((lease?.spec as { holderIdentity?: string }).holderIdentity, '');
  });

  describe('with access restricted', () => {
    const tls = join(import.meta.dirname, '../kubernetes/tls');
    const token = 'scraper-0123456789abcdef';
    const other = 'another-0123456789abcdef';
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'operator-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

    it('answers /metrics to accepted tokens, which may change, and the probes to everyone', async () => {
      const file = join(folder, 'token');
      await writeFile(file, token);
      const operator = await start({ tokenFile: folder, reloadSeconds: 0.02 });
      await operator.synced;
      const status = async (init = {}) => (await fetch(`${operator.url}/metrics`, init)).status;
      assert.deepEqual(
        [await status(), await status(bearer(other)), await status(bearer(token))],
        [401, 401, 200],
      );
      assert.deepEqual(await get(operator, '/readyz'), { status: 200, text: 'ok\n' });
      assert.equal((await get(operator, '/healthz')).status, 200);
      const refused = await fetch(`${operator.url}/nothing`);
      assert.equal(refused.status, 401);
      assert.equal(refused.headers.get('www-authenticate'), 'Bearer realm="bellwether"');
      assert.match(await refused.text(), /send the header Authorization/);
      await writeFile(file, other);
      await until(async () => (await status(bearer(other))) === 200);
      assert.equal(await status(bearer(token)), 401);
      await writeFile(file, '');
      await until(async () => (await status(bearer(other))) === 503);
      const ready = await get(operator, '/readyz');
      assert.equal(ready.status, 200);
      assert.match(ready.text, /^ok\nno token is accepted: .* is empty\n$/);
    });

    it('limits the requests of a client', async () => {
      const operator = await start({ rateLimit: 0.01, rateBurst: 2 });
      const statuses = [];
      for (let i = 0; i < 3; i++) statuses.push((await get(operator, '/metrics')).status);
      assert.deepEqual(statuses, [200, 200, 429]);
      assert.equal((await get(operator, '/healthz')).status, 200);
    });

    it('serves HTTPS with a new certificate when the files change, and stops at once', async () => {
      const [tlsCert, tlsKey] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
      const use = async (name: string) => {
        await copyFile(join(tls, `${name}.crt`), tlsCert);
        await copyFile(join(tls, `${name}.key`), tlsKey);
      };
      await use('server');
      const operator = await start({ tlsCert, tlsKey, reloadSeconds: 0.02 });
      assert.match(operator.url, /^https:/);
      const subject = () =>
        new Promise<string>((resolve, reject) => {
          const port = Number(new URL(operator.url).port);
          const socket = connectTls(port, '127.0.0.1', { rejectUnauthorized: false }, () => {
            resolve(String(socket.getPeerCertificate().subject.CN));
            socket.destroy();
          });
          socket.on('error', reject);
        });
      assert.equal(await subject(), 'test-server');
      await use('client');
      await until(async () => (await subject()) === 'test-client');
      const waiting = connectTcp(Number(new URL(operator.url).port), '127.0.0.1');
      waiting.on('error', () => {});
      await once(waiting, 'connect');
      const begin = Date.now();
      await operator.close();
      assert.ok(Date.now() - begin < 3000);
    });

    it('does not start with a certificate that it cannot use', async () => {
      const tlsCert = join(folder, 'none');
      await assert.rejects(start({ tlsCert, tlsKey: tlsCert }), { reason: 'InvalidArguments' });
    });
  });
});
