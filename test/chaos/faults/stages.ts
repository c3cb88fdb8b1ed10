/** Faults of the stages' pods and Jobs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Found, kubectl } from '../../../support/cluster/kubectl.ts';
import type { Move } from '../../../support/cluster/script.ts';
import { fakeRun, type Spec, smallStages } from '../../../support/cluster/specs.ts';
import { conditionOf } from '../../../support/cluster/wait.ts';
import { evict } from '../../e2e/harness/stage-pods.ts';
import { get, getRun, list } from '../api.ts';
import type { Lane } from '../lane.ts';
import { runFault } from '../oracle.ts';
import { create } from '../steps.ts';
import { persist, waitFor } from '../wait.ts';
import { type Fault, NothingToBreak } from './fault.ts';

const patienceMilliseconds = 15_000;

/** A pod of the step's run whose container runs. */
async function runningPod(lane: Lane): Promise<Found> {
  const deadline = Date.now() + patienceMilliseconds;
  while (Date.now() < deadline) {
    if (lane.current !== null) {
      const selector = `bellwether.dev/run=${lane.current},app.kubernetes.io/component=stage`;
      const pods = await list(lane.namespace, 'pods', selector).catch(() => []);
      const running = pods.find(({ metadata, status }) => {
        return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
      });
      if (running !== undefined) return running;
    }
    await sleep(300);
  }
  throw new NothingToBreak('no stage is running');
}

function ending(name: string, end: (lane: Lane, pod: string) => Promise<unknown>): Fault {
  return {
    name,
    expected: 'the stage is started once more, and the run succeeds',
    inject: async lane => {
      const { metadata } = await runningPod(lane);
      const stage = metadata.labels?.['bellwether.dev/stage'] ?? '';
      lane.countEnded(lane.current ?? '', stage.charAt(0).toUpperCase() + stage.slice(1));
      await end(lane, metadata.name).catch(ignoreGone);
      return [];
    },
  };
}

/** It may have ended by itself in between. */
function ignoreGone(error: Error): void {
  if (!/not found|NotFound|completed|terminated|not running|exit code 137|exit code 75/i.test(error.message))
    throw error;
}

/** A run of Model side with its own script for Train, and what must become of it. */
function ownRun(
  name: string,
  expected: string,
  script: readonly Move[],
  limits: Spec,
  outcome: 'Complete' | 'Failed',
  reason?: RegExp,
): Fault {
  return {
    name,
    expected,
    weight: 0.5,
    inject: async lane => {
      const run = `side-${lane.next()}`;
      for (const _ of script.slice(1)) lane.countEnded(run, 'Fetch');
      const stages = smallStages({ Fetch: limits });
      await create(lane, fakeRun(run, { stages: { Fetch: [...script] } }, { model: 'side', stages }));
      await waitFor(`${run} has ended`, async () => {
        const found = await getRun(lane.namespace, run);
        return ['Complete', 'Failed'].some(type => conditionOf(found, type)?.status === 'True');
      });
      const faults = await runFault(lane, run, outcome);
      const found = await persist(() => getRun(lane.namespace, run));
      const actual = conditionOf(found, 'Failed')?.message ?? '';
      return reason === undefined || reason.test(actual) ? faults : [...faults, `${run}: ${actual}`];
    },
  };
}

export const stageFaults: readonly Fault[] = [
  ending('stage pod deleted without grace', ({ namespace }, pod) =>
    kubectl('delete', 'pod', pod, '-n', namespace, '--grace-period=0', '--force'),
  ),
  ending('stage pod evicted', ({ namespace }, pod) => evict(namespace, pod)),
  ending('stage process terminated', ({ namespace }, pod) =>
    kubectl('exec', pod, '-n', namespace, '--', 'node', '--eval', 'process.kill(1)'),
  ),
  ending('Job of a running stage deleted', ({ namespace }, pod) =>
    persist(async () => {
      const job = (await get(namespace, 'pods', pod))?.metadata.ownerReferences?.[0]?.name;
      if (job !== undefined)
        await kubectl('delete', 'job', job, '-n', namespace, '--wait=false', '--ignore-not-found');
    }),
  ),
  ownRun(
    'stage out of memory, once',
    'the stage is retried, and the run succeeds',
    [{ allocateMiB: 300 }, {}],
    { backoffLimit: 2, resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '160Mi' } } },
    'Complete',
  ),
  ownRun(
    'stage out of memory at each attempt',
    'the run fails with OOMKilled and the limit',
    [{ allocateMiB: 300 }],
    { backoffLimit: 0, resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '160Mi' } } },
    'Failed',
    /OOMKilled.*160Mi/,
  ),
  ownRun(
    'stage hangs',
    'the run fails at the deadline of the stage',
    [{ sleepSeconds: 600 }],
    { activeDeadlineSeconds: 8 },
    'Failed',
    /activeDeadlineSeconds|8 s/,
  ),
];
