/** One place where every answered request is counted, timed and logged. */
import type { Logger } from './log.ts';
import type { ServerMetrics } from './metrics.ts';

export interface Exchange {
  readonly requestId: string;
  readonly method: string;
  /** The path's pattern, which keeps the number of time series small; `unmatched` for unknown paths. */
  readonly route: string;
  /** As sent, for the log. */
  readonly url: string;
  readonly status: number;
  readonly seconds: number;
  /** Why a request failed. */
  readonly code?: string | undefined;
}

/** Routes that probes and scrapers call every few seconds: their lines would drown the others. */
const probes = new Set(['/health', '/livez', '/metrics', '/v2/health/live', '/v2/health/ready']);

export type RecordExchange = (exchange: Exchange) => void;

export function requestRecorder(metrics: ServerMetrics, log: Logger): RecordExchange {
  const children = new Map<string, { count: { inc(): void }; time: { observe(seconds: number): void } }>();

  return exchange => {
    const { route, method, status, seconds } = exchange;
    const key = `${route} ${method} ${status}`;
    let child = children.get(key);
    if (child === undefined) {
      child = {
        count: metrics.requests.labels(route, method, String(status)),
        time: metrics.requestSeconds.labels(route, method, String(status)),
      };
      children.set(key, child);
    }
    child.count.inc();
    child.time.observe(seconds);
    if (status >= 500 && !probes.has(route)) log.error(exchange, 'request failed');
    else if (probes.has(route)) log.debug(exchange, 'request');
    else log.info(exchange, 'request');
  };
}
