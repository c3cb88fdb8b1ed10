/** Faults of the cluster's components. They concern all lanes at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Found, kubectl } from '../../../support/cluster/kubectl.ts';
import { conditionOf } from '../../../support/cluster/wait.ts';
import { getRaw } from '../api.ts';
import { canBreakComponents, signalComponent, startComponent, stopComponent } from '../commands.ts';
import type { Lane } from '../lane.ts';
import { persist } from '../wait.ts';

export interface ComponentFault {
  readonly name: string;
  readonly expected: string;
  readonly weight?: number;
  readonly unavailable: string | false;
  inject(lanes: readonly Lane[]): Promise<readonly string[] | undefined>;
}

const unavailable =
  !canBreakComponents &&
  'needs CHAOS_COMPONENTS=true and CHAOS_STOP_COMPONENT, CHAOS_START_COMPONENT, CHAOS_SIGNAL_COMPONENT';

const expected = 'everything continues; nothing is done twice';

/**
 * Connections to servers may fail if the fault itself breaks them, or if the node was not Ready meanwhile: without its
 * heartbeats the node controller declares it so, and servers on a node that is not ready are no endpoints.
 */
async function disturb(
  lanes: readonly Lane[],
  breaksConnections: boolean,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const begin = Date.now();
  const allowances = lanes.map(lane => lane.allow(null, 20));
  let allowed = true;
  try {
    await work();
    await untilReady();
    allowed = breaksConnections || (await readySince()) >= begin - 1000;
  } finally {
    for (const end of allowances) end(allowed);
  }
  return [];
}

/** When a node last became Ready, milliseconds since 1970. */
async function readySince(): Promise<number> {
  const nodes: Found[] = JSON.parse(await persist(() => getRaw('/api/v1/nodes'))).items;
  return Math.max(...nodes.map(node => Date.parse(conditionOf(node, 'Ready')?.lastTransitionTime ?? '')));
}

function restarted(
  name: string,
  component: string,
  downSeconds: number,
  breaksConnections = false,
  weight = 1,
): ComponentFault {
  return {
    name,
    expected,
    weight,
    unavailable,
    inject: lanes =>
      disturb(lanes, breaksConnections, async () => {
        await stopComponent(component);
        await sleep(downSeconds * 1000);
        await startComponent(component);
      }),
  };
}

function stopped(component: string): ComponentFault {
  return {
    name: `${component} stopped for 10 s (SIGSTOP)`,
    expected,
    unavailable,
    inject: lanes =>
      disturb(lanes, false, async () => {
        await signalComponent(component, 'STOP');
        await sleep(10_000);
        await signalComponent(component, 'CONT');
      }),
  };
}

async function untilReady(): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (Date.now() < deadline) {
    const ready = await kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=20s').then(
      () => true,
      () => false,
    );
    if (ready) return;
    await sleep(1000);
  }
  throw new Error('the node is not Ready within 150 s');
}

export const componentFaults: readonly ComponentFault[] = [
  restarted('API server restarted', 'kube-apiserver', 2, false, 2),
  restarted('API server away for 20 s', 'kube-apiserver', 20),
  stopped('kube-apiserver'),
  restarted('etcd restarted', 'etcd', 2),
  restarted('scheduler restarted', 'kube-scheduler', 5),
  restarted('controller manager restarted', 'kube-controller-manager', 5),
  restarted('kubelet restarted', 'kubelet', 3, true, 2),
  stopped('kubelet'),
  // The node controller's grace period is 50 s.
  restarted('node not ready and back', 'kubelet', 75, true),
  restarted('kube-proxy restarted', 'kube-proxy', 5, true),
  restarted('DNS restarted', 'coredns', 5, true),
];
