/**
 * The `fetch` that the client library is given. It talks to one host and no other, keeps a time limit over
 * headers and body together, and turns everything but a whole answer of status 2xx into a Failure: the library
 * itself would drop `Retry-After` and print to the console.
 */
import { Failure } from '../failure.ts';
import { failureOfNetwork, failureOfStatus } from './yahoo-failure.ts';

export const yahooHost = 'query2.finance.yahoo.com';

/**
 * Where to send requests: a host name, or the origin of a stand-in such as `http://127.0.0.1:8080`.
 * @throws Failure `InvalidArguments` for anything else.
 */
export function yahooOrigin(host: string): URL {
  const text = host.includes('://') ? host : `https://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.href !== `${url.origin}/` || !/^https?:$/.test(url.protocol)) {
    throw new Failure('InvalidArguments', `YAHOO_QUERY_HOST is no host and no http(s) origin: ${host}`);
  }
  return url;
}

export interface TransportOptions {
  readonly symbol: string;
  readonly origin: URL;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

export function yahooTransport(options: TransportOptions): typeof fetch {
  const { symbol, origin, timeoutMilliseconds, signal } = options;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.host !== origin.host) {
      throw new Failure('RequestRefused', `the client wanted to talk to ${url.host}, not ${origin.host}`);
    }
    // The library writes https:// before every host.
    url.protocol = origin.protocol;

    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMilliseconds);
    try {
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout.signal]),
      });
      const body = await response.text();
      if (!response.ok) throw failureOfStatus(symbol, response, body);
      return new Response(body, { status: response.status, headers: response.headers });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure) throw error;
      if (!timeout.signal.aborted) throw failureOfNetwork(origin.host, error);
      const seconds = timeoutMilliseconds / 1000;
      throw new Failure('TimedOut', `${origin.host} gave no whole answer for ${symbol} within ${seconds} s`, {
        symbol,
        timeoutSeconds: seconds,
      });
    } finally {
      clearTimeout(timer);
    }
  };
}
