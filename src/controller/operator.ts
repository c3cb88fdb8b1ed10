/** The operator as a whole: caches first, then the Lease, then the work. */
import { hostname } from 'node:os';
import { fieldManager, group } from '../api/group.ts';
import { sourceEnvironment } from '../api/sources.ts';
import { messageOf } from '../failure.ts';
import { ApiError, type KubernetesClient } from '../kubernetes/client.ts';
import { createEventRecorder } from '../kubernetes/events.ts';
import type { ClientOptions } from '../kubernetes/http-client.ts';
import { createLeaderElection, type LeaderElection } from '../kubernetes/lease.ts';
import { createWorkQueue, type WorkQueue } from '../kubernetes/work-queue.ts';
import { createLogger, type Logger, type LogSink, standardOutput } from '../observability/log.ts';
import { createOperatorMetrics, type OperatorMetrics } from '../observability/operator/metrics.ts';
import type { ModelFigures } from '../observability/operator/model-figures.ts';
import type { Watch } from '../observability/operator/watches.ts';
import { builtVersions } from '../package-files.ts';
import { type Caches, createCaches } from './caches.ts';
import { type OperatorConfig, service } from './config.ts';
import { modelKey, splitModelKey } from './key.ts';
import { modelFigures } from './measure/model-figures.ts';
import type { Settings } from './observation.ts';
import { serveOperations } from './operations.ts';
import { createReconciler } from './reconcile.ts';
import { leases, serviceMonitors } from './resources.ts';

type Client = KubernetesClient & { close(): void };

export interface RunningOperator {
  /** Of health and metrics, such as `http://127.0.0.1:8081`. */
  readonly url: string;
  /** Resolves when every cache has been filled. */
  readonly synced: Promise<void>;
  /** Resolves when the Lease was lost, with why: the process must end at once, since another works now. */
  readonly lost: Promise<string>;
  /** Ends what is under way, sends the last events and gives the Lease up. */
  close(): Promise<void>;
}

/**
 * @param connect makes the client.
 * @throws Failure InvalidArguments for an address that cannot be had; ApiError when the API server cannot be reached.
 */
export async function startOperator(
  config: OperatorConfig,
  connect: (options: Pick<ClientOptions, 'fieldManager' | 'observe' | 'permit'>) => Client,
  sink: LogSink = standardOutput(),
): Promise<RunningOperator> {
  const identity = config.identity ?? `${hostname()}_${process.pid}`;
  const log = createLogger(config.logLevel, sink, service);
  const metrics = createOperatorMetrics({
    concurrency: config.concurrency,
    version: builtVersions?.program ?? 'unbuilt',
    state: {
      // Those of one process only: two that told the same would be counted twice.
      models: () => (election.leading ? figuresOf(caches) : []),
      watches: () => watchesOf(caches),
      underWay: () => queue.underWay,
    },
  });
  const client = connect({
    fieldManager,
    observe: metrics.called,
    permit: ({ method, resource }) => {
      // Between a decision and its request a process may stand still for longer than its Lease lasts.
      if (method === 'GET' || resource === leases.plural || election.leading) return;
      throw new ApiError(0, 'NotLeading', 'this process does not hold the Lease');
    },
  });
  const settings: Settings = {
    image: config.image,
    imagePullPolicy: config.imagePullPolicy,
    sourceEnvironment: sourceEnvironment(config),
    serviceMonitors: await client.serves(serviceMonitors),
  };
  const events = createEventRecorder({
    client,
    controller: `${group}/operator`,
    instance: identity,
    report: ({ reason, regarding: { namespace, kind, name } }, error) =>
      log.warn({ namespace, kind, name, reason, cause: messageOf(error) }, 'event lost'),
  });
  const queue: WorkQueue = createWorkQueue({
    work: key => reconcile(key),
    failed: (key, error) => log.warn({ ...splitModelKey(key), error }, 'reconcile failed'),
    concurrency: config.concurrency,
    observer: metrics.queue,
  });
  const caches = createCaches({
    client,
    namespaces: config.namespaces,
    serviceMonitors: settings.serviceMonitors,
    changed: key => queue.add(key),
    begins: ({ kind }, what) => log.debug({ kind, what }, 'cache begins'),
    report: ({ type, what, error }) => {
      metrics.watchProblem(type.kind, what);
      log.warn({ kind: type.kind, what, cause: messageOf(error) }, 'cache');
    },
    timing: { silence: config.silenceSeconds * 1000 },
    now: Date.now,
  });
  const reconcile = createReconciler({
    caches,
    settings,
    deps: {
      client,
      updateCache: (type, object) => caches.all.get(type)?.upsert(object),
      events,
      log,
      now: Date.now,
      handedOver: metrics.handedOver,
      happened: metrics.happened,
    },
    log,
    lookAgain: (key, at) => queue.addAt(key, at),
    retry: key => queue.retry(key),
    observed: metrics.reconciled,
  });
  const operations = await serveOperations({
    host: config.host,
    port: config.port,
    unhealthy: () => kindsOf(caches, cache => cache.stale).map(kind => `${kind}: not heard of for too long`),
    unready: () => kindsOf(caches, cache => !cache.hasSynced).map(kind => `${kind}: not listed yet`),
    metrics: { contentType: metrics.registry.contentType, text: metrics.scrape },
  });
  log.info({ url: operations.url, identity, namespaces: config.namespaces }, 'started');

  const resync = setInterval(() => addAll(caches, queue), config.resyncSeconds * 1000);
  const { election, lost } = elect(config, identity, client, metrics, log, () => queue.start());
  let closing: Promise<void> | null = null;
  const fill = async () => {
    // One after the other: lists read all at once would be in memory all at once.
    for (const cache of caches.all.values()) {
      if (closing !== null) return;
      cache.start();
      await cache.synced;
    }
    log.info(sizesOf(caches), 'caches filled');
    // A candidate that cannot work must not keep others from it.
    if (closing === null) election.start();
  };
  const synced = fill();

  const close = async () => {
    log.info('stopping');
    clearInterval(resync);
    const limit = config.stopSeconds * 1000;
    const idle = await within(limit, queue.stop());
    await events.stop(limit / 2);
    // What was sent may yet be carried out: nobody else works before the Lease has expired.
    await election.stop(idle);
    await Promise.all([...caches.all.values()].map(cache => cache.stop()));
    await operations.close();
    client.close();
    log.info('stopped');
    await sink.flush();
  };
  return {
    url: operations.url,
    synced,
    lost,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Without leader election the only operator leads from the start. */
function elect(
  config: OperatorConfig,
  identity: string,
  client: Client,
  metrics: OperatorMetrics,
  log: Logger,
  work: () => void,
): { election: LeaderElection; lost: Promise<string> } {
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  const name = config.leaseName;
  metrics.leading(name, false);
  const started = () => {
    metrics.leading(name, true);
    log.info({ lease: name, identity }, 'leading');
    work();
  };
  if (!config.leaderElection) {
    return { election: { start: started, stop: async () => {}, leading: true }, lost };
  }
  const election = createLeaderElection({
    client,
    namespace: config.leaseNamespace,
    name,
    identity,
    started,
    lost: reason => {
      metrics.leading(name, false);
      resolve(reason);
    },
    report: error => log.warn({ lease: name, cause: messageOf(error) }, 'lease'),
  });
  return { election, lost };
}

function addAll({ models, runs }: Caches, queue: WorkQueue): void {
  for (const { namespace, name } of models.values()) queue.add(modelKey(namespace, name));
  for (const { namespace, model } of runs.values()) queue.add(modelKey(namespace, model));
}

function figuresOf({ models, runs }: Caches): ModelFigures[] {
  return [...models.values()].map(model =>
    modelFigures(model, runs.byKey(modelKey(model.namespace, model.name))),
  );
}

function watchesOf({ all }: Caches): Watch[] {
  // The wall clock, from one that never jumps.
  const offset = Date.now() - performance.now();
  return [...all].map(([{ kind }, cache]) => ({
    kind,
    objects: cache.size,
    stale: cache.stale,
    lastHeard: (offset + cache.lastActivity) / 1000,
  }));
}

type AnyCache = Caches['all'] extends ReadonlyMap<unknown, infer C> ? C : never;

function kindsOf({ all }: Caches, applies: (cache: AnyCache) => boolean): string[] {
  return [...all].flatMap(([{ kind }, cache]) => (applies(cache) ? [kind] : []));
}

function sizesOf({ all }: Caches): Record<string, number> {
  return Object.fromEntries([...all].map(([{ plural }, cache]) => [plural, cache.size]));
}

/** Waits for it, but no longer than that; false when it has not ended. */
async function within(milliseconds: number, work: Promise<void>): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  const ended = await Promise.race([work.then(() => true), over]);
  clearTimeout(timer);
  return ended;
}
