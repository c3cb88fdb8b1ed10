/** Connection failures between operator and API server: runs continue, and health checks report the state. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { stageNames } from '../../src/api/artifacts.ts';
import { apply, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { fakeRun, model, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilFinished } from '../../support/cluster/wait.ts';
import { type ApiProxy, pass, startApiProxy } from './harness/api-proxy.ts';
import { startsOf } from './harness/artifacts.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';

/** Succeeded too: a short stage may end between two polls. */
const begun = ['Running', 'Succeeded'];
const slow = Object.fromEntries(stageNames.map(stage => [stage, [{ sleepSeconds: 1 }]]));
/** The operator's --silence-seconds; the API server sends bookmarks once a minute. */
const silenceSeconds = 5;
const outageSeconds = 20;

describe('an operator whose connections break', () => {
  let namespace: string;
  let proxy: ApiProxy;
  let operator: OperatorProcess;
  /** Number of open watches without failures. */
  let watches: number;
  let memory: number;

  const begin = (run: string) =>
    apply(namespace, fakeRun(run, { stages: slow }, { model: 'aapl', stages: smallStages() }));
  const untilStage = (run: string, stage: string) =>
    until(`${run} is at ${stage}`, namespace, async () =>
      (await list(namespace, 'pods', `bellwether.dev/run=${run}`)).some(
        ({ metadata, status }) =>
          metadata.labels?.['bellwether.dev/stage'] === stage && begun.includes(status?.phase),
      ),
    );
  const health = async () => {
    const [healthz, readyz] = await Promise.all(
      ['healthz', 'readyz'].map(async path => fetch(`${operator.url}/${path}`)),
    );
    return [healthz?.status, readyz?.status];
  };
  const untilHealthy = (status: number) =>
    until(`the operator is ${status}`, namespace, async () => (await health())[0] === status, 60);
  const untilWatching = () =>
    until('every kind is watched', namespace, async () => proxy.watches === watches, 60);
  /** Used heap in megabytes. */
  const heap = async () => {
    const text = await (await fetch(`${operator.url}/metrics`)).text();
    return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1]) / 1e6;
  };
  const checkRun = async (run: string, limitSeconds = 90) => {
    const found = await untilFinished(namespace, run, limitSeconds);
    assert.equal(conditionOf(found, 'Complete')?.status, 'True', run);
    const started = await startsOf(namespace, 'aapl', run);
    assert.deepEqual(
      started.map(({ stage }) => stage),
      stageNames,
    );
  };
  const repeat = async (work: () => void, done: Promise<unknown>, milliseconds: number) => {
    let ended = false;
    const over = done.finally(() => {
      ended = true;
    });
    while (!ended) {
      work();
      await Promise.race([sleep(milliseconds), over.catch(() => {})]);
    }
    await over;
  };

  before(async () => {
    namespace = await createNamespace('broken');
    proxy = await startApiProxy();
    // This test needs no servers.
    await apply(namespace, model('aapl', { serving: { replicas: 0 } }));
    operator = await startOperatorProcess(namespace, {
      kubeconfig: proxy.kubeconfig,
      flags: [`--silence-seconds=${silenceSeconds}`],
    });
    // The caches are filled, so every kind has been listed.
    const kinds = proxy.asked.filter(
      ({ method, path }) => method === 'GET' && path.includes(`/namespaces/${namespace}/`),
    );
    watches = new Set(kinds.map(({ path }) => path)).size;
    assert.ok(watches >= 10, `${watches} kinds`);
    await untilWatching();
    memory = await heap();
  });

  afterEach(() => {
    proxy.decide = () => pass;
  });

  after(async () => {
    await operator?.kill();
    await proxy?.close();
    await deleteNamespace(namespace);
  });

  it('completes a run while watches are reset', async () => {
    await begin('reset');
    await repeat(() => proxy.resetWatches(), checkRun('reset'), 700);
    await untilWatching();
  });

  it('lists again after every 410 Expired', async () => {
    const lists = () => proxy.asked.filter(({ method, watch }) => method === 'GET' && !watch).length;
    const before = lists();
    await begin('expired');
    await repeat(() => proxy.expireWatches(), checkRun('expired'), 2000);
    await untilWatching();
    assert.ok(lists() - before >= 2 * watches, `${lists() - before} lists`);
  });

  it('completes a run while requests are reset and responses are slow', async () => {
    let asked = 0;
    proxy.decide = ({ watch }) => {
      asked++;
      if (watch) return pass;
      return asked % 3 === 0 ? { kind: 'reset' } : { kind: 'pass', afterMilliseconds: 400 };
    };
    await begin('slow');
    await checkRun('slow');
  });

  it('detects open connections that transfer nothing', async () => {
    await begin('frozen');
    await untilStage('frozen', 'features');
    proxy.freeze();
    await checkRun('frozen');
    await untilWatching();
    assert.deepEqual(await health(), [200, 200]);
  });

  it(`continues after ${outageSeconds} s without an API server, and is unhealthy in between`, async () => {
    await begin('outage');
    await untilStage('outage', 'features');
    proxy.refuse();
    const { pid } = operator;
    await untilHealthy(503);
    await until('it names the silent watch', namespace, async () =>
      /^Pod: no response from the API server for too long$/m.test(
        await (await fetch(`${operator.url}/healthz`)).text(),
      ),
    );
    await sleep((outageSeconds - 2 * silenceSeconds) * 1000);
    await proxy.accept();
    await untilHealthy(200);
    await checkRun('outage', 60);
    await untilWatching();
    assert.equal(operator.pid, pid);
  });

  it('leaks no memory', async () => {
    for (let time = 0; time < 30; time++) {
      proxy.expireWatches();
      await sleep(100);
      proxy.resetWatches();
      await sleep(100);
    }
    await untilWatching();
    // Polls, because uncollected garbage counts too.
    await until(`less than 15 MB above the ${memory.toFixed(1)} MB before`, namespace, async () => {
      return (await heap()) - memory < 15;
    });
  });
});
