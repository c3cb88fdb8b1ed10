/** Counts requests that are refused because of their contents, and logs unexpected errors. */
import type { Logger } from '../observability/log.ts';
import type { ServerMetrics } from '../observability/metrics.ts';
import { errorStatus, type HttpError } from './errors.ts';

/** `cause` is what was thrown; `error` is sent to the client. */
export type RefusalRecorder = (error: HttpError, cause: unknown, requestId: string) => void;

/** Statuses of requests that would be refused again if repeated. */
const contents = new Set([400, 413, 415, 422]);

export function refusalRecorder(metrics: ServerMetrics, log: Logger): RefusalRecorder {
  // Initialised to 0 so that rate() sees the first refusal.
  for (const [code, status] of Object.entries(errorStatus)) {
    if (contents.has(status)) metrics.validationFailures.inc({ reason: code }, 0);
  }
  return (error, cause, requestId) => {
    if (contents.has(error.status)) metrics.validationFailures.labels(error.code).inc();
    if (error.code === 'Internal') log.error({ requestId, error: cause }, 'unexpected error');
  };
}
