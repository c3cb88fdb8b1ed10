/** Faults of the servers' pods. */
import { setTimeout as sleep } from 'node:timers/promises';
import { testImage } from '../../../support/cluster/images.ts';
import { kubectl } from '../../../support/cluster/kubectl.ts';
import { startPod } from '../../../support/cluster/pod.ts';
import { evict } from '../../e2e/harness/stage-pods.ts';
import type { LoadReport } from '../../e2e/image/load.ts';
import { listServers } from '../api.ts';
import type { Lane, ServedModel } from '../lane.ts';
import { persist } from '../wait.ts';
import { type Fault, NothingToBreak } from './fault.ts';

async function aServer(lane: Lane, model: ServedModel): Promise<string> {
  const servers = await persist(() => listServers(lane.namespace, model));
  const running = servers.filter(({ status }) => status?.phase === 'Running');
  if (running.length === 0) throw new NothingToBreak('no server is running');
  return lane.pick(running).metadata.name;
}

function ending(
  name: string,
  model: ServedModel,
  end: (namespace: string, pod: string) => Promise<unknown>,
  holdMilliseconds = 0,
): Fault {
  return {
    name,
    expected: 'it is replaced; only connections to this very pod break, and the version stays',
    inject: async lane => {
      const pod = await aServer(lane, model);
      const done = lane.allow(model, 20);
      await end(lane.namespace, pod).catch(() => {});
      await sleep(holdMilliseconds);
      done();
      return [];
    },
  };
}

const deleted = (namespace: string, pod: string) =>
  kubectl('delete', 'pod', pod, '-n', namespace, '--grace-period=0', '--force');
const terminated = (namespace: string, pod: string) =>
  kubectl('exec', pod, '-n', namespace, '--', 'node', '--eval', 'process.kill(1)');
const called = (path: string) => (namespace: string, pod: string) =>
  kubectl(
    'get',
    '--raw',
    `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/test/${path}`,
    '--request-timeout=3s',
  );

/** Kills one of two servers under this many requests per second. */
const rate = Number(process.env.CHAOS_RATE ?? 1000);

const underLoad: Fault = {
  name: `server killed under ${rate} requests per second`,
  expected: 'only connections to this very pod break',
  weight: 0.5,
  inject: async lane => {
    const name = `load-${lane.next()}`;
    const args = ['load', '--url=http://fake', `--rate=${rate}`, '--seconds=10'];
    const done = lane.allow('fake', 20);
    const load = await persist(() => startPod(lane.namespace, { name, image: testImage, args }));
    await sleep(6000);
    await deleted(lane.namespace, await aServer(lane, 'fake'));
    const log = await load.finished(150).catch(() => null);
    done();
    // Such as a load that started while another fault kept the Service from answering.
    if (log === null) throw new NothingToBreak('the load has no report');
    const report: LoadReport = JSON.parse(log.trim().split('\n').at(-1) ?? '');
    const other = Object.entries(report.statuses).filter(([status]) => status !== '200');
    // Half the connections went to the killed pod until its endpoint was removed.
    const share = report.failures / report.requests;
    return [
      ...other.map(([status, count]) => `${count} requests were answered ${status}`),
      ...(share < 0.5
        ? []
        : [`${report.failures} of ${report.requests} requests failed: ${report.causes[0]?.cause}`]),
    ];
  },
};

export const serverFaults: readonly Fault[] = [
  ending('server pod deleted without grace', 'fake', deleted),
  ending('server pod evicted', 'fake', evict),
  ending('server process terminated', 'fake', terminated),
  ending('only server of a Model deleted without grace', 'real', deleted),
  ending('server hangs', 'fake', called('hang'), 60_000),
  ending('server out of memory', 'fake', called('allocate'), 5000),
  underLoad,
];
