/** The server as a whole: listens at once, loads the model meanwhile, drains when told to stop. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeServerOptions, type ServerConfig, type ServerOptions } from '../config.ts';
import type { Failure } from '../failure.ts';
import { listen } from '../listen.ts';
import { createLogger, type LogSink, standardOutput } from '../observability/log.ts';
import { createMetrics } from '../observability/metrics.ts';
import { requestRecorder } from '../observability/requests.ts';
import { exposeServer } from '../observability/scraped-gauges.ts';
import { createApp } from './app.ts';
import { answerClientErrors } from './client-errors.ts';
import { serveModel } from './load.ts';
import { refusalRecorder } from './refusals.ts';
import { requestIds } from './request-id.ts';
import type { Services } from './services.ts';
import { ServerState } from './state.ts';

/** Leaves the first requests after a start, which wait for readiness, ahead of what is loaded in advance. */
const warmDelayMilliseconds = 500;

/** While draining: how often connections that have become idle are closed. */
const sweepMilliseconds = 50;

export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Settles once the model is loaded, or has failed to load: with the failure then. Never rejects. */
  readonly loaded: Promise<Failure | undefined>;
  /** Drains: answers what is under way, then closes. */
  close(): Promise<void>;
}

/**
 * Starts to serve a run's models. It answers from the moment it listens: 503 until the model is verified, and
 * for good when the model is broken, so that a rollout shows why it stands still.
 * @throws Failure InvalidArguments for wrong options or an address that cannot be had.
 */
export async function startServer(
  options: ServerOptions,
  sink: LogSink = standardOutput(),
): Promise<RunningServer> {
  const config = completeServerOptions(options);
  const log = createLogger(config.logLevel, sink);
  const metrics = createMetrics();
  const services: Services = { config, log, metrics, state: new ServerState() };
  const record = requestRecorder(metrics, log, sink);
  const app = createApp({
    ...services,
    record,
    requestId: requestIds(),
    refused: refusalRecorder(metrics, log),
  });
  const server = createHttpServer(config);
  server.on('request', app.handle);
  // Expectations other than 100-continue may be passed over; Node would refuse them outside the API's form.
  server.on('checkExpectation', app.handle);
  server.on('clientError', answerClientErrors(record));
  exposeServer(metrics.registry, server);
  const url = await listen(server, config);
  log.info({ url }, 'listening');
  const loaded = serveModel(services);
  void loaded.then(() => setTimeout(() => void app.warm(), warmDelayMilliseconds).unref());

  let closing: Promise<void> | null = null;
  const close = async () => {
    await drain(server, services);
    await app.close();
    log.info('stopped');
    await sink.flush();
  };
  return {
    url,
    loaded,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function createHttpServer(config: ServerConfig): Server {
  const headersTimeout = config.headersTimeoutSeconds * 1000;
  return createServer({
    headersTimeout,
    // Bodies have limits of their own, by route: a large upload may take long as long as it moves.
    requestTimeout: 0,
    keepAliveTimeout: config.keepAliveSeconds * 1000,
    connectionsCheckingInterval: Math.min(headersTimeout / 2, 5000),
  });
}

async function drain(server: Server, { config, state, log }: Services): Promise<void> {
  state.draining = true;
  log.info({ delaySeconds: config.drainDelaySeconds, limitSeconds: config.drainSeconds }, 'draining');
  if (config.drainDelaySeconds > 0) await sleep(config.drainDelaySeconds * 1000);
  const closed = once(server, 'close');
  server.close();
  // Answers begun before said that their connection stays; Node lets it, idle, keep the server from closing.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  const limit = setTimeout(() => {
    log.warn('requests under way were cut off: the time to drain is over');
    server.closeAllConnections();
  }, config.drainSeconds * 1000);
  await closed;
  clearInterval(sweep);
  clearTimeout(limit);
}
