/** Steps of a lane's story, which happen while faults are injected. Each returns violations of its expected end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays } from '../../src/market/days.ts';
import { type Fields, kubectl, succeed } from '../../support/cluster/kubectl.ts';
import { type FakeRun, fakeRun, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf } from '../../support/cluster/wait.ts';
import { getModel, getRun } from './api.ts';
import { type Lane, replicas } from './lane.ts';
import { runFault } from './oracle.ts';
import { persist, waitFor } from './wait.ts';

export type Step = (lane: Lane) => Promise<readonly string[]>;

const pace = { sleepSeconds: 2 };
const paced = { Fetch: [pace, pace, pace], Features: [pace, pace, pace], Train: [pace, pace, pace] };

const hasEnded = async ({ namespace }: Lane, run: string) => {
  const found = await getRun(namespace, run);
  return ['Complete', 'Failed'].some(type => conditionOf(found, type)?.status === 'True');
};

const served = (lane: Lane, run: string) =>
  waitFor(`run ${run} serves`, async () => {
    const { status } = (await getModel(lane.namespace, 'fake')) ?? {};
    return (
      status?.champion?.run === run &&
      status.serving?.run === run &&
      status.readyReplicas === replicas.fake &&
      status.rollout?.state === 'Complete'
    );
  });

async function begin(lane: Lane, fake: FakeRun = {}): Promise<string> {
  const name = `fake-${lane.next()}`;
  lane.current = name;
  await create(lane, fakeRun(name, { stages: paced, ...fake }, { model: 'fake', stages: smallStages() }));
  return name;
}

/** Creates it, or finds it there: the response to the first attempt may have been lost. */
export async function create(lane: Lane, object: object): Promise<void> {
  await persist(() => succeed(['apply', '--server-side', '--namespace', lane.namespace, '-f', '-'], object));
}

const newerData = (lane: Lane) => ({ holdoutTo: addDays('2018-06-01', 7 * lane.next()) });
const patch = (lane: Lane, what: string, spec: object) =>
  persist(() =>
    kubectl('patch', what, '-n', lane.namespace, '--type=merge', `--patch=${JSON.stringify({ spec })}`),
  );
const outcomeOf = async ({ namespace }: Lane, run: string): Promise<string | undefined> => {
  const history: Fields[] = (await getModel(namespace, 'fake'))?.status?.history ?? [];
  return history.find(entry => entry.run === run)?.outcome;
};

/** Waits until the run has ended and serves. */
const untilPromoted = async (lane: Lane, run: string): Promise<readonly string[]> => {
  await waitFor(`${run} has ended`, () => hasEnded(lane, run));
  const faults = await runFault(lane, run, 'Complete');
  if (faults.length > 0) return faults;
  await served(lane, run);
  lane.promoted.push(run);
  return [];
};

const furtherRun: Step = async lane => {
  const run = await begin(lane, { metrics: newerData(lane) });
  return untilPromoted(lane, run);
};

const rejectedRun: Step = async lane => {
  const metrics = {
    ...newerData(lane),
    commonAccuracy: '0.5',
    accuracy: '0.5',
    championRiskUpper: '-0.3',
    championRiskLower: '-0.5',
  };
  const run = await begin(lane, { metrics });
  await waitFor(`${run} has ended`, () => hasEnded(lane, run));
  const faults = await runFault(lane, run, 'Complete');
  if (faults.length > 0) return faults;
  await waitFor(`${run} is judged`, async () => (await outcomeOf(lane, run)) !== undefined);
  const outcome = await outcomeOf(lane, run);
  return outcome === 'Rejected' ? [] : [`run ${run} is ${outcome}, not Rejected`];
};

const failedRun: Step = async lane => {
  const run = await begin(lane, {
    stages: { ...paced, Train: [{ sleepSeconds: 1, exit: 65 }, { exit: 65 }, { exit: 65 }] },
  });
  await waitFor(`${run} has ended`, () => hasEnded(lane, run));
  return runFault(lane, run, 'Failed');
};

const suspendAndResume: Step = async lane => {
  const run = await begin(lane, { metrics: newerData(lane) });
  await sleep(4000 + lane.random.uniform() * 8000);
  // Whichever stages were running start again.
  await patch(lane, `trainingrun/${run}`, { suspend: true });
  for (const stage of ['Fetch', 'Features', 'Train', 'Evaluate']) lane.countEnded(run, stage);
  await waitFor(`${run} is suspended`, async () => {
    const found = await getRun(lane.namespace, run);
    return conditionOf(found, 'Suspended')?.status === 'True' || (await hasEnded(lane, run));
  });
  await sleep(2000);
  await patch(lane, `trainingrun/${run}`, { suspend: false });
  return untilPromoted(lane, run);
};

const rollBack: Step = async lane => {
  const [earlier, latest] = [lane.promoted.at(-2), lane.promoted.at(-1)];
  if (earlier === undefined || latest === undefined) return furtherRun(lane);
  for (const run of [earlier, latest]) {
    await patch(lane, 'model/fake', { pinnedRun: run });
    await served(lane, run);
  }
  await patch(lane, 'model/fake', { pinnedRun: null });
  return [];
};

/** Deletes the oldest run, whose children go with it. */
const deletion: Step = async lane => {
  const oldest = lane.promoted.length > 2 ? lane.promoted.shift() : undefined;
  if (oldest === undefined) return furtherRun(lane);
  await persist(() =>
    kubectl('delete', `trainingrun/${oldest}`, '-n', lane.namespace, '--ignore-not-found', '--wait=false'),
  );
  await waitFor(`${oldest} is gone`, async () => (await getRun(lane.namespace, oldest)) === null);
  return [];
};

/** In this order, repeated. */
export const steps: Readonly<Record<string, Step>> = {
  'a further run': furtherRun,
  'a rejected run': rejectedRun,
  'a roll-back': rollBack,
  'a run that is suspended and resumed': suspendAndResume,
  'a failed run': failedRun,
  'a deletion': deletion,
};
