/**
 * A Failure for each way in which a request to Yahoo fails; its reason decides whether the request is retried. Messages end
 * in the status of the run, and not only Yahoo answers: of a response they contain Yahoo's own description of an error,
 * and nothing else of its body.
 */
import { z } from 'zod';
import { retryAfterSeconds } from '../../../backoff.ts';
import { Failure, type FailureReason, messageOf } from '../../../failure.ts';

/** Yahoo's own error, such as `{"chart": {"result": null, "error": {"code": "Not Found", "description": …}}}`. */
const yahooError = z.object({
  error: z.object({ code: z.string().optional(), description: z.string().optional() }),
});
const errorResponse = z.object({ chart: yahooError.optional(), finance: yahooError.optional() });

/** For a response whose status is not 2xx. `body` is its text. */
export function failureOfStatus(symbol: string, response: Response, body: string): Failure {
  const { status, headers } = response;
  const description = yahooDescription(body);
  if (description !== undefined && [400, 404, 422].includes(status)) {
    return failureOfDescription(symbol, description, status);
  }
  const seconds = retryAfterSeconds(headers.get('retry-after'), headers.get('date'));
  const details = { symbol, status, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) };
  const [reason, meaning] = meaningOfStatus(status);
  const target = headers.get('location');
  const detail = target === null ? excerpt(description ?? '') : redirection(target);
  return new Failure(
    reason,
    `Yahoo ${meaning} for ${symbol} (HTTP ${status}${detail && `: ${detail}`})`,
    details,
  );
}

/** By the description in Yahoo's own errors, whatever their status. */
function failureOfDescription(symbol: string, description: string, status?: number): Failure {
  const text = excerpt(description);
  const details = { symbol, ...(status === undefined ? {} : { status }), description: text };
  if (/no data found|delisted|not found/i.test(description)) {
    return new Failure('UnknownSymbol', `Yahoo has no symbol ${symbol}, or it is delisted: ${text}`, details);
  }
  if (/data doesn't exist/i.test(description)) {
    return new Failure('NoData', `Yahoo has no bars of ${symbol} for these days: ${text}`, details);
  }
  return new Failure('RequestRefused', `Yahoo refused the request for ${symbol}: ${text}`, details);
}

/** For an error that the client library threw on a response of status 2xx. Returns a Failure unchanged. */
export function failureOfLibrary(symbol: string, error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  if (error instanceof Failure || name === 'InvalidOptionsError') return error;
  if (name === 'BadRequestError' || /^No data found|^Data doesn't exist/i.test(messageOf(error))) {
    return failureOfDescription(symbol, messageOf(error));
  }
  if (name === 'FailedYahooValidationError') {
    // Not kept as the cause: the library's error contains the whole response.
    return unexpected(symbol, `in an unexpected form: ${schemaFaults(error)}`);
  }
  const notJson = /not parsable\.\s+Response: "(.*)/s.exec(messageOf(error))?.[1];
  if (notJson === undefined) {
    return unexpected(symbol, 'in an unexpected form');
  }
  const body = notJson.slice(0, notJson.lastIndexOf('".  Error:'));
  return unexpected(symbol, body === '' ? 'with an empty body' : 'with a body that is not JSON');
}

/** A response of status 2xx that cannot be used. @param how completes "Yahoo responded for AAPL …". */
export function unexpected(symbol: string, how: string, cause?: unknown): Failure {
  return new Failure('UnexpectedAnswer', `Yahoo responded for ${symbol} ${how}`, { symbol }, cause);
}

/** For an error that `fetch` threw: no response, or only part of one. */
export function failureOfNetwork(host: string, error: unknown): Failure {
  let cause = error;
  while (cause instanceof Error && !('code' in cause) && cause.cause !== undefined) cause = cause.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const text = excerpt(messageOf(cause));
  const detail = code === undefined || text.includes(code) ? text : `${code}, ${text}`;
  const details = { host, ...(code === undefined ? {} : { code }) };
  return new Failure('SourceUnavailable', `${host} could not be reached: ${detail}`, details, error);
}

function meaningOfStatus(status: number): [FailureReason, string] {
  // Yahoo's edge servers send 999 to clients that they take for robots.
  if (status === 429 || status === 999) return ['RateLimited', 'limits the rate of requests'];
  if (status === 408) return ['TimedOut', 'took too long'];
  if (status >= 500) return ['SourceUnavailable', 'is unavailable'];
  // A 404 without Yahoo's own description comes from a proxy in between, as a redirect does.
  if (status === 404 || status < 400) return ['UnexpectedAnswer', 'did not respond itself'];
  return ['RequestRefused', 'refused the request'];
}

function yahooDescription(body: string): string | undefined {
  try {
    const response = errorResponse.safeParse(JSON.parse(body));
    const { chart, finance } = response.data ?? {};
    const error = (chart ?? finance)?.error;
    return error?.description ?? error?.code;
  } catch {
    return undefined;
  }
}

const validationError = z.object({
  errors: z.array(z.object({ instancePath: z.string().optional(), message: z.string().optional() })),
});

function schemaFaults(error: unknown): string {
  const parsed = validationError.safeParse(error);
  if (!parsed.success) return 'it does not match the schema';
  const faults = parsed.data.errors.slice(0, 3);
  return excerpt(faults.map(fault => `${fault.instancePath ?? ''} ${fault.message ?? ''}`.trim()).join('; '));
}

/** The origin that a redirect leads to; its path and query may be anything. */
function redirection(location: string): string {
  return URL.canParse(location) ? `redirects to ${new URL(location).origin}` : 'redirects';
}

/** The beginning of a text from outside, on one line. */
function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
