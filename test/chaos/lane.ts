/** A namespace with two operators, three Models on one volume, an observer and a fake Yahoo, in which faults are injected. */
import { addDays, utcDay } from '../../src/market/days.ts';
import type { Random } from '../../src/models/random.ts';
import { apply, execute, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { startService } from '../../support/cluster/pod.ts';
import { fakeRun, fakeServers, fastRun, model, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf } from '../../support/cluster/wait.ts';
import { startYahoo } from '../e2e/harness/yahoo.ts';
import type { Fault as YahooFault } from '../market/sources/yahoo/server.ts';
import { getModel, getRaw } from './api.ts';
import { observerPort } from './image/observer.ts';
import { SupervisedOperator } from './operators.ts';
import { claimName, createVolume, type LaneVolume } from './volume.ts';
import { waitFor } from './wait.ts';

/** `fake` has fake stages and servers, `real` the real ones, `side` no servers: runs that faults bring along. */
export const servedModels = ['fake', 'real'] as const;
export type ServedModel = (typeof servedModels)[number];

export const replicas: Readonly<Record<ServedModel, number>> = { fake: 2, real: 1 };

/** A span in which connections to a Model may fail; null: to all. Milliseconds since 1970. */
export interface Allowance {
  readonly model: ServedModel | null;
  readonly from: number;
  to: number;
}

export class Lane {
  readonly name: string;
  readonly namespace: string;
  readonly random: Random;
  readonly operators: readonly SupervisedOperator[];
  readonly volume: LaneVolume | null;
  readonly allowances: Allowance[] = [];
  /** Stage pods that faults ended, by run and stage: as many further starts are right. */
  readonly ended = new Map<string, number>();
  /** Runs of Model fake that were promoted, oldest first, by name. */
  readonly promoted: string[] = [];
  /** The latest failed request of each Model that has been judged, milliseconds since 1970. */
  readonly judgedUntil = new Map<ServedModel, number>();
  /** The record of scored forecasts when it was last read. */
  track = '';
  /** Position in each list of files that are altered in turn. */
  readonly turns = new Map<string, number>();
  /** True if the volume has failed during the step in progress: its runs may fail. */
  volumeBroken = false;
  /** The run of the step in progress. */
  current: string | null = null;
  #count = 0;

  constructor(
    name: string,
    namespace: string,
    random: Random,
    operators: readonly SupervisedOperator[],
    volume: LaneVolume | null,
  ) {
    this.name = name;
    this.namespace = namespace;
    this.random = random;
    this.operators = operators;
    this.volume = volume;
  }

  /** A number that no run of this lane has used. */
  next(): number {
    return ++this.#count;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random.uniform() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Allows failed connections from now until the function is called, and some seconds longer; or not at all after all. */
  allow(model: ServedModel | null, longerSeconds = 15): (kept?: boolean) => void {
    const allowance: Allowance = { model, from: Date.now() - 1000, to: Number.POSITIVE_INFINITY };
    this.allowances.push(allowance);
    return (kept = true) => {
      allowance.to = kept ? Date.now() + longerSeconds * 1000 : 0;
    };
  }

  countEnded(run: string, stage: string): void {
    const key = `${run}/${stage}`;
    this.ended.set(key, (this.ended.get(key) ?? 0) + 1);
  }

  /** Asks the observer. @throws Error with its message */
  async observe<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const pod = `/api/v1/namespaces/${this.namespace}/pods/observer:${observerPort}/proxy`;
    return JSON.parse(await getRaw(`${pod}${path}?${new URLSearchParams(query)}`));
  }

  /** Faults of the next requests to Yahoo. */
  async addYahooFaults(faults: readonly YahooFault[]): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/yahoo:8081/proxy/`;
    await execute('kubectl', ['create', '--raw', path, '-f', '-'], JSON.stringify(faults));
  }

  async remove(): Promise<void> {
    // Their finalizers need an operator.
    await kubectl('delete', 'trainingruns,models', '--all', '--namespace', this.namespace, '--timeout=120s');
    await Promise.all(this.operators.map(operator => operator.close()));
    await kubectl('delete', 'pods', '--all', '--namespace', this.namespace, '--grace-period=1');
    if (this.volume === null) await deleteNamespace(this.namespace);
    else await kubectl('delete', 'namespace', this.namespace, '--timeout=180s');
    await this.volume?.remove();
  }
}

const requests = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };

export async function createLane(name: string, bundle: string, random: Random): Promise<Lane> {
  const namespace = await createNamespace(`chaos-${name}`);
  const volume = await createVolume(namespace);
  const yahooHost = await startYahoo(namespace);
  const operators = await Promise.all(
    ['a', 'b'].map(letter =>
      SupervisedOperator.start(`operator-${letter}`, { namespace, bundle, yahooHost }),
    ),
  );
  const lane = new Lane(name, namespace, random, operators, volume);
  try {
    await prepare(lane);
  } catch (error) {
    await lane.remove();
    throw error;
  }
  return lane;
}

/** Trains and serves the first versions, and starts the observer. */
async function prepare(lane: Lane): Promise<void> {
  const { namespace } = lane;
  const artifacts = { claimName };
  const data = { source: 'Yahoo', end: addDays(utcDay(new Date().toISOString()), -60) };
  await apply(
    namespace,
    model('fake', { artifacts, serving: { ...fakeServers, replicas: replicas.fake, resources: requests } }),
    model('real', {
      artifacts,
      serving: { replicas: replicas.real, resources: requests },
      scoring: { cron: '*/4 * * * *' },
    }),
    model('side', { artifacts, serving: { replicas: 0 } }),
    fastRun('real-1', { model: 'real', data, stages: smallStages() }),
    fakeRun('fake-0', {}, { model: 'fake', stages: smallStages() }),
  );
  for (const name of servedModels) {
    await waitFor(`model/${name} is ready`, async () => {
      const found = await getModel(namespace, name);
      return (
        conditionOf(found, 'Ready')?.status === 'True' && found?.status?.readyReplicas === replicas[name]
      );
    });
  }
  lane.promoted.push('fake-0');
  await startService(
    namespace,
    {
      name: 'observer',
      args: ['observer'],
      env: { OBSERVER_MODELS: servedModels.join(',') },
      claim: claimName,
      readOnly: false,
    },
    [observerPort],
  );
  await waitFor('the observer gets predictions', async () => {
    const probes = await lane.observe<Record<string, { answered: number }>>('/probes');
    return Object.values(probes).every(({ answered }) => answered > 0);
  });
}
