/** Starts and stops the operator: caches are filled first, then it competes for the Lease, then it reconciles. */
import { hostname } from 'node:os';
import { fieldManager, group } from '../api/group.ts';
import { sourceEnvironment } from '../api/sources.ts';
import { messageOf } from '../failure.ts';
import { openAccess } from '../http/access.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { createEventRecorder, type EventRecorder } from '../kubernetes/events.ts';
import type { ClientOptions } from '../kubernetes/http-client.ts';
import type { LeaderElection } from '../kubernetes/lease.ts';
import { createWorkQueue, type WorkQueue } from '../kubernetes/work-queue.ts';
import { accessObserver } from '../observability/access.ts';
import { createLogger, type Logger, type LogSink, standardOutput } from '../observability/log.ts';
import { createOperatorMetrics, type OperatorMetrics } from '../observability/operator/metrics.ts';
import { builtVersions } from '../package-files.ts';
import {
  figuresOf,
  lostNamespaces,
  modelKeys,
  sizesOf,
  staleCaches,
  unsyncedCaches,
  watchesOf,
} from './cache-state.ts';
import { type Caches, createCaches } from './caches.ts';
import { type OperatorConfig, service } from './config.ts';
import { splitModelKey } from './key.ts';
import { createLeadership, leaderOnly } from './leadership.ts';
import type { Settings } from './observation.ts';
import { type OperationsServer, serveOperations } from './operations.ts';
import { readPodFailures } from './pod-failures.ts';
import { createReconciler } from './reconcile.ts';
import { serviceMonitors } from './resources.ts';

type Client = KubernetesClient & { close(): void };

type Connect = (options: Pick<ClientOptions, 'fieldManager' | 'observe' | 'permit'>) => Client;

export interface RunningOperator {
  /** Of health checks and metrics, such as `http://127.0.0.1:8081`. */
  readonly url: string;
  /** Resolves when every cache has been filled. */
  readonly synced: Promise<void>;
  /** Resolves with the reason when the Lease was lost: the process must end at once, since another one takes over. */
  readonly lost: Promise<string>;
  /** Waits for work in progress, sends the remaining Events and releases the Lease. */
  close(): Promise<void>;
}

/** What the parts of one operator share. */
interface Context {
  readonly config: OperatorConfig;
  /** Of this process, in the Lease and in Events. */
  readonly identity: string;
  readonly log: Logger;
  readonly metrics: OperatorMetrics;
  readonly client: Client;
}

/**
 * @param connect creates the client
 * @throws Failure InvalidArguments if the address cannot be bound or the certificate cannot be used; ApiError if the API server cannot be reached
 */
export async function startOperator(
  config: OperatorConfig,
  connect: Connect,
  sink: LogSink = standardOutput(),
): Promise<RunningOperator> {
  const identity = config.identity ?? `${hostname()}_${process.pid}`;
  const log = createLogger(config.logLevel, sink, service);
  const leads = () => election.leading;
  const metrics = createOperatorMetrics({
    concurrency: config.concurrency,
    version: builtVersions?.program ?? 'unbuilt',
    state: {
      // Only the leader reports Models: with two reporters, sums over processes would count each Model twice.
      models: () => (leads() ? figuresOf(caches) : []),
      watches: () => watchesOf(caches),
      lostNamespaces: () => caches.namespaces.lost,
      underWay: () => queue.underWay,
    },
  });
  const client = connect({ fieldManager, observe: metrics.countCall, permit: leaderOnly(leads) });
  const context: Context = { config, identity, log, metrics, client };

  const settings = await readSettings(context);
  const events = createEvents(context);
  const queue: WorkQueue = createQueue(context, async key => {
    if (caches.namespaces.follows(splitModelKey(key).namespace)) await reconcile(key);
  });
  const caches = createOperatorCaches(context, settings, queue);
  const reconcile = createOperatorReconciler(context, settings, caches, events, queue);
  const { election, lost } = createLeadership({ ...context, elected: () => queue.start() });
  const operations = await serveHealthAndMetrics(context, caches);
  log.info({ url: operations.url, identity, namespaces: config.namespaces }, 'started');

  const resync = setInterval(() => {
    for (const key of modelKeys(caches)) queue.add(key);
  }, config.resyncSeconds * 1000);
  let closing: Promise<void> | null = null;
  const synced = fillCaches(caches, log, () => closing !== null).then(() => {
    // Only now: a leader without caches could not work and would keep other candidates from leading.
    if (closing === null) election.start();
  });
  const close = async () => {
    log.info('stopping');
    clearInterval(resync);
    await shutDown(context, { queue, events, election, caches, operations });
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

async function readSettings({ config, client }: Context): Promise<Settings> {
  return {
    operator: `${config.leaseNamespace}/${config.leaseName}`,
    image: config.image,
    imagePullPolicy: config.imagePullPolicy,
    allowed: config.allowed,
    sourceEnvironment: sourceEnvironment(config),
    networkPolicies: config.networkPolicies ? { egress: config.fetchEgress } : null,
    serviceMonitors: await client.serves(serviceMonitors),
  };
}

function createEvents({ client, identity, log }: Context): EventRecorder {
  return createEventRecorder({
    client,
    controller: `${group}/operator`,
    instance: identity,
    report: ({ reason, regarding: { namespace, kind, name } }, error) =>
      log.warn({ namespace, kind, name, reason, cause: messageOf(error) }, 'event lost'),
  });
}

/** A queue of the keys of Models. */
function createQueue(
  { config, metrics, log }: Context,
  reconcile: (key: string) => Promise<void>,
): WorkQueue {
  return createWorkQueue({
    work: reconcile,
    failed: (key, error) => log.warn({ ...splitModelKey(key), error }, 'reconcile failed'),
    concurrency: config.concurrency,
    observer: metrics.queue,
  });
}

function createOperatorCaches(
  { config, client, metrics, log }: Context,
  settings: Settings,
  queue: WorkQueue,
): Caches {
  return createCaches({
    client,
    namespaces: config.namespaces,
    serviceMonitors: settings.serviceMonitors,
    changed: key => queue.add(key),
    begins: ({ kind }, what) => log.debug({ kind, what }, `${what} started`),
    report: ({ type, what, error }) => {
      metrics.countWatchProblem(type.kind, what);
      log.warn({ kind: type.kind, what, cause: messageOf(error) }, 'cache problem');
    },
    namespaceChanged: (namespace, lost) => {
      if (lost) log.warn({ namespace }, 'namespace lost: the API server refuses to list it');
      else log.info({ namespace }, 'namespace served again');
    },
    timing: { silence: config.silenceSeconds * 1000 },
    now: Date.now,
  });
}

function createOperatorReconciler(
  { client, metrics, log }: Context,
  settings: Settings,
  caches: Caches,
  events: EventRecorder,
  queue: WorkQueue,
): (key: string) => Promise<void> {
  return createReconciler({
    caches,
    settings,
    deps: {
      client,
      updateCache: (type, object) => caches.all.get(type)?.upsert(object),
      events,
      log,
      now: Date.now,
      observeHandover: metrics.observeHandover,
      countTransition: metrics.countTransition,
    },
    log,
    podFailures: observation => readPodFailures(observation, client, log),
    requeueAt: (key, at) => queue.addAt(key, at),
    retry: key => queue.retry(key),
    observeResult: metrics.observeReconcile,
  });
}

async function serveHealthAndMetrics(
  { config, metrics, log }: Context,
  caches: Caches,
): Promise<OperationsServer> {
  const { host, port } = config;
  const access = await openAccess(config, accessObserver(metrics.registry, log));
  // Without tokens only /metrics is closed: the operator works.
  const accessProblems = () => [access.gate?.problem()].filter(problem => typeof problem === 'string');
  return serveOperations({
    host,
    port,
    access,
    unhealthy: () => staleCaches(caches),
    unready: () => unsyncedCaches(caches),
    degraded: () => [...lostNamespaces(caches), ...accessProblems()],
    metrics: { contentType: metrics.registry.contentType, text: metrics.scrape },
  });
}

/** One after the other, so that not all lists are in memory at the same time. */
async function fillCaches(caches: Caches, log: Logger, cancelled: () => boolean): Promise<void> {
  for (const cache of caches.all.values()) {
    if (cancelled()) return;
    cache.start();
    await cache.synced;
  }
  log.info(sizesOf(caches), 'caches filled');
}

interface Parts {
  readonly queue: WorkQueue;
  readonly events: EventRecorder;
  readonly election: LeaderElection;
  readonly caches: Caches;
  readonly operations: OperationsServer;
}

async function shutDown({ config, client }: Context, parts: Parts): Promise<void> {
  const { queue, events, election, caches, operations } = parts;
  const limit = config.stopSeconds * 1000;
  const idle = await endsWithin(limit, queue.stop());
  await events.stop(limit / 2);
  // When work has not ended, its requests may still be carried out: the Lease is left to expire before another leads.
  await election.stop(idle);
  await Promise.all([...caches.all.values()].map(cache => cache.stop()));
  await operations.close();
  client.close();
}

/** Waits for the work, but no longer than the limit; false when it has not ended. */
async function endsWithin(milliseconds: number, work: Promise<void>): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  const ended = await Promise.race([work.then(() => true), timeout]);
  clearTimeout(timer);
  return ended;
}
