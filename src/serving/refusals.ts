/** Counts what is refused because of its contents, and logs what nobody foresaw. */
import type { Logger } from '../observability/log.ts';
import type { ServerMetrics } from '../observability/metrics.ts';
import { errorStatus, type HttpError } from './errors.ts';

/** `cause` is what was thrown; `error` is what the client is told. */
export type RefusalRecorder = (error: HttpError, cause: unknown, requestId: string) => void;

/** Statuses that mean: this request, sent again, will be refused again. */
const contents = new Set([400, 413, 415, 422]);

export function refusalRecorder(metrics: ServerMetrics, log: Logger): RefusalRecorder {
  // There from the first scrape on, so that the first refusal too is an increase.
  for (const [code, status] of Object.entries(errorStatus)) {
    if (contents.has(status)) metrics.validationFailures.inc({ reason: code }, 0);
  }
  return (error, cause, requestId) => {
    if (contents.has(error.status)) metrics.validationFailures.labels(error.code).inc();
    if (error.code === 'Internal') log.error({ requestId, error: cause }, 'unforeseen error');
  };
}
