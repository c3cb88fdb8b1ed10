/** Each way in which asking Yahoo goes wrong, as a Failure that says whether asking again can help. */
import { z } from 'zod';
import { retryAfterSeconds } from '../backoff.ts';
import { Failure, type FailureReason, messageOf } from '../failure.ts';

/** Yahoo's own error, such as `{"chart": {"result": null, "error": {"code": "Not Found", "description": …}}}`. */
const errorAnswer = z.record(
  z.string(),
  z.object({ error: z.object({ code: z.string().optional(), description: z.string().optional() }) }),
);

/** What an answer with a status other than 2xx means. `body` is its text. */
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
  const said = excerpt(target === null ? (description ?? body) : `Location: ${target}`);
  return new Failure(
    reason,
    `Yahoo ${meaning} for ${symbol} (HTTP ${status}${said && `: ${said}`})`,
    details,
  );
}

/** The words of Yahoo's own errors, whatever status they come with. */
function failureOfDescription(symbol: string, description: string, status?: number): Failure {
  const said = excerpt(description);
  const details = { symbol, ...(status === undefined ? {} : { status }), description: said };
  if (/no data found|delisted|not found/i.test(description)) {
    return new Failure('UnknownSymbol', `Yahoo has no symbol ${symbol}, or it is delisted: ${said}`, details);
  }
  if (/data doesn't exist/i.test(description)) {
    return new Failure('NoData', `Yahoo has no bars of ${symbol} for these days: ${said}`, details);
  }
  return new Failure('RequestRefused', `Yahoo refused the request for ${symbol}: ${said}`, details);
}

/** What the client library threw about an answer of status 2xx; an error of our own comes back as it is. */
export function failureOfLibrary(symbol: string, error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  if (error instanceof Failure || name === 'InvalidOptionsError') return error;
  if (name === 'BadRequestError' || /^No data found|^Data doesn't exist/i.test(messageOf(error))) {
    return failureOfDescription(symbol, messageOf(error));
  }
  if (name === 'FailedYahooValidationError') {
    // The library's errors are no causes to keep here: they carry the whole answer.
    return unexpected(symbol, `in a form that is not Yahoo's: ${driftOf(error)}`);
  }
  const notJson = /not parsable\.\s+Response: "(.*)/s.exec(messageOf(error))?.[1];
  if (notJson === undefined) {
    return unexpected(symbol, `in a form that is not Yahoo's: ${excerpt(messageOf(error))}`, error);
  }
  const body = notJson.slice(0, notJson.lastIndexOf('".  Error:'));
  return unexpected(symbol, body === '' ? 'with nothing' : `with something else than JSON: ${excerpt(body)}`);
}

/** An answer of status 2xx that cannot be used. @param how completes "Yahoo answered for AAPL …". */
export function unexpected(symbol: string, how: string, cause?: unknown): Failure {
  return new Failure('UnexpectedAnswer', `Yahoo answered for ${symbol} ${how}`, { symbol }, cause);
}

/** What `fetch` threw: no answer came, or only a part of one. */
export function failureOfNetwork(host: string, error: unknown): Failure {
  let cause = error;
  while (cause instanceof Error && !('code' in cause) && cause.cause !== undefined) cause = cause.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const said = excerpt(messageOf(cause));
  const what = code === undefined || said.includes(code) ? said : `${code}, ${said}`;
  const details = { host, ...(code === undefined ? {} : { code }) };
  return new Failure('SourceUnavailable', `${host} could not be reached: ${what}`, details, error);
}

function meaningOfStatus(status: number): [FailureReason, string] {
  // 999 is what Yahoo's edge says to clients that it takes for robots.
  if (status === 429 || status === 999) return ['RateLimited', 'limits the rate of requests'];
  if (status === 408) return ['TimedOut', 'took too long'];
  if (status >= 500) return ['SourceUnavailable', 'is out of order'];
  // A 404 that is not in Yahoo's own words comes from something in between, like a redirect.
  if (status === 404 || status < 400) return ['UnexpectedAnswer', 'did not answer itself'];
  return ['RequestRefused', 'refused the request'];
}

function yahooDescription(body: string): string | undefined {
  try {
    const answer = errorAnswer.safeParse(JSON.parse(body));
    const error = answer.success ? Object.values(answer.data)[0]?.error : undefined;
    return error?.description ?? error?.code;
  } catch {
    return undefined;
  }
}

const drift = z.object({
  errors: z.array(z.object({ instancePath: z.string().optional(), message: z.string().optional() })),
});

function driftOf(error: unknown): string {
  const parsed = drift.safeParse(error);
  if (!parsed.success) return excerpt(messageOf(error));
  const faults = parsed.data.errors.slice(0, 3);
  return excerpt(faults.map(fault => `${fault.instancePath ?? ''} ${fault.message ?? ''}`.trim()).join('; '));
}

/** Enough of a foreign text to recognise it, on one line. */
function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
