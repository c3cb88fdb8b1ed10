/** The server: listens at once, loads the model meanwhile, and drains connections before it stops. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeServerOptions, type ServerConfig, type ServerOptions } from '../config.ts';
import { Failure } from '../failure.ts';
import { type Access, openAccess } from '../http/access.ts';
import { listen } from '../http/listen.ts';
import { accessObserver } from '../observability/access.ts';
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

/** Delays loading in advance, so that the first requests after readiness are answered before it. */
const warmDelayMilliseconds = 500;

/** Interval at which idle connections are closed while draining. */
const sweepMilliseconds = 50;

export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Settles when the model is loaded, or with the failure when it cannot be served. Never rejects. */
  readonly loaded: Promise<Failure | undefined>;
  /** Drains: answers the requests in flight, then closes. */
  close(): Promise<void>;
}

/**
 * Serves a run's models. The server answers 503 until the model is verified, and stays at 503 if the model cannot be
 * served, so that the reason can be read while a rollout waits.
 * @throws Failure InvalidArguments for wrong options, or if the address cannot be bound or the certificate cannot be used.
 */
export async function startServer(
  options: ServerOptions,
  sink: LogSink = standardOutput(),
): Promise<RunningServer> {
  const config = completeServerOptions(options);
  const log = createLogger(config.logLevel, sink);
  const metrics = createMetrics();
  const access = await openAccess(config, accessObserver(metrics.registry, log));
  const accessProblem = () => access.gate?.problem() ?? null;
  const services: Services = { config, log, metrics, state: new ServerState(accessProblem) };
  const record = requestRecorder(metrics, log, sink);
  const app = createApp({
    ...services,
    gate: access.gate,
    record,
    requestId: requestIds(),
    refused: refusalRecorder(metrics, log),
  });
  const server = await createHttpServer(access, config);
  server.on('request', app.handle);
  // Expectations other than 100-continue may be ignored; Node would refuse them without the API's error format.
  server.on('checkExpectation', app.handle);
  server.on('clientError', answerClientErrors(record));
  exposeServer(metrics.registry, server);
  const url = await listen(server, config);
  log.info({ url }, 'listening');
  const loaded = serveModel(services).then(failure => failure ?? withoutTokens(accessProblem()));
  void loaded.then(() => setTimeout(() => void app.warm(), warmDelayMilliseconds).unref());

  let closing: Promise<void> | null = null;
  const close = async () => {
    await drain(server, services);
    access.close();
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

/** A server that accepts no token when it starts was configured wrongly. Later it waits for the files to be put right. */
function withoutTokens(problem: string | null): Failure | undefined {
  return problem === null ? undefined : new Failure('InputMissing', problem);
}

function createHttpServer(access: Access, config: ServerConfig): Promise<Server> {
  const headersTimeout = config.headersTimeoutSeconds * 1000;
  return access.createServer({
    headersTimeout,
    // Routes limit the time of bodies: a large upload may take long as long as it makes progress.
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
  // Earlier answers promised keep-alive, and Node does not close until such idle connections end.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  const limit = setTimeout(() => {
    log.warn('drain time is over: connections with requests in flight were closed');
    server.closeAllConnections();
  }, config.drainSeconds * 1000);
  await closed;
  clearInterval(sweep);
  clearTimeout(limit);
}
