/** Two operators with leader election: the standby takes over when the leader dies, stops or hangs. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { exitCodes } from '../../src/failure.ts';
import { apply, get, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { fakeRun, model, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilFinished } from '../../support/cluster/wait.ts';
import { type ApiProxy, isWork, pass, startApiProxy } from './harness/api-proxy.ts';
import { startsOf } from './harness/artifacts.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';

/** Maximum time without a leader after one has died or has released the Lease; milliseconds. */
const takeover = { dead: 20_000, stopped: 5_000 };
/** Succeeded too: a short stage may end between two polls. */
const begun = ['Running', 'Succeeded'];
const slow = Object.fromEntries(stageNames.map(stage => [stage, [{ sleepSeconds: 1.5 }]]));

interface Candidate extends OperatorProcess {
  readonly identity: string;
  readonly proxy: ApiProxy;
}

describe('two operators', () => {
  let namespace: string;
  /** All operators of the test, in the order in which they lead. */
  const candidates: Candidate[] = [];

  const start = async (identity: string): Promise<Candidate> => {
    const proxy = await startApiProxy();
    const { kubeconfig } = proxy;
    const operator = await startOperatorProcess(namespace, { leaderElection: true, identity, kubeconfig });
    const candidate = { ...operator, identity, proxy };
    candidates.push(candidate);
    return candidate;
  };
  const untilLeads = ({ identity }: Candidate) =>
    until(`${identity} leads`, namespace, async () => {
      const lease = await get(namespace, 'lease/bellwether');
      return lease?.spec.holderIdentity === identity && Date.now();
    });
  const leads = async ({ url }: Candidate) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return /^leader_election_master_status\{name="bellwether"\} 1$/m.test(text);
  };
  const untilRuns = (run: string, stage: StageName) =>
    until(`a pod of ${run} runs ${stage}`, namespace, async () => {
      const selector = `bellwether.dev/run=${run},bellwether.dev/stage=${stage.toLowerCase()}`;
      return (await list(namespace, 'pods', selector)).some(({ status }) => begun.includes(status?.phase));
    });
  const begin = (run: string) =>
    apply(namespace, fakeRun(run, { stages: slow }, { model: 'aapl', stages: smallStages() }));
  const checkRun = async (run: string) => {
    const found = await untilFinished(namespace, run);
    assert.equal(conditionOf(found, 'Complete')?.status, 'True', run);
    const started = await startsOf(namespace, 'aapl', run);
    assert.deepEqual(
      started.map(({ stage }) => stage),
      stageNames,
    );
  };

  before(async () => {
    namespace = await createNamespace('two');
    // This test needs no servers.
    await apply(namespace, model('aapl', { serving: { replicas: 0 } }));
    await untilLeads(await start('one'));
    await start('two');
  });

  after(async () => {
    for (const { resume, kill, proxy } of candidates) {
      resume();
      await kill();
      await proxy.close();
    }
    await deleteNamespace(namespace);
  });

  it('the standby takes over when the leader has died and its Lease has expired', async () => {
    const [one, two] = candidates as [Candidate, Candidate];
    assert.deepEqual(await Promise.all([leads(one), leads(two)]), [true, false]);
    assert.equal((await fetch(`${two.url}/readyz`)).status, 200);
    await begin('first');
    await untilRuns('first', 'Features');
    assert.equal(two.proxy.writes.length, 0);
    await one.kill();
    const died = Date.now();
    const led = await untilLeads(two);
    assert.ok(led - died <= takeover.dead, `${led - died} ms without a leader`);
    await checkRun('first');
    const worked = two.proxy.writes[0]?.time ?? Number.NaN;
    const took = two.proxy.asked.find(({ method, path }) => method === 'PUT' && path.includes('/leases/'));
    assert.ok(took !== undefined && took.time <= worked, 'wrote before it acquired the Lease');
    assert.ok(worked - died <= takeover.dead, `${worked - died} ms without work`);
    assert.equal(await leads(two), true);
  });

  it('the standby takes over at once after SIGTERM', async () => {
    const two = candidates.at(-1) as Candidate;
    const three = await start('three');
    await begin('second');
    await untilRuns('second', 'Train');
    const stoppedAt = Date.now();
    const [code, led] = await Promise.all([two.stop(), untilLeads(three)]);
    assert.equal(code, exitCodes.ok);
    assert.ok(led - stoppedAt <= takeover.stopped, `${led - stoppedAt} ms without a leader`);
    await checkRun('second');
  });

  it('a leader that was paused exits without another write, and its pending write does no harm', async () => {
    const three = candidates.at(-1) as Candidate;
    const four = await start('four');
    const still = Promise.withResolvers<number>();
    let delayed = false;
    // Its next write is delayed until after the pause.
    three.proxy.decide = asked => {
      if (!isWork(asked) || delayed) return pass;
      delayed = true;
      three.suspend();
      still.resolve(Date.now());
      return { kind: 'pass', afterMilliseconds: 25_000 };
    };
    await begin('third');
    const stopped = await still.promise;
    const led = await untilLeads(four);
    assert.ok(led - stopped <= takeover.dead, `${led - stopped} ms without a leader`);
    await checkRun('third');
    await sleep(Math.max(0, stopped + 26_000 - Date.now()));
    const resumed = Date.now();
    three.resume();
    assert.equal(await three.ended, exitCodes.transient);
    assert.deepEqual(
      three.proxy.writes.filter(({ time }) => time >= resumed),
      [],
    );
    await checkRun('third');
  });

  it('never wrote at the same time', () => {
    const spans = candidates.map(({ identity, proxy: { writes } }) => ({
      identity,
      from: writes[0]?.time ?? Number.NaN,
      to: writes.at(-1)?.time ?? Number.NaN,
    }));
    for (const [index, { identity, to }] of spans.entries()) {
      const next = spans[index + 1];
      assert.ok(next === undefined || to < next.from, `${identity} and ${next?.identity}`);
    }
  });
});
