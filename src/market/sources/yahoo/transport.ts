/**
 * The `fetch` function for the client library. It connects to one host only, limits the time for headers and body
 * together, and throws a Failure unless a complete response of status 2xx arrives: the library itself would drop
 * `Retry-After` and print to the console.
 */
import { sourceVariables } from '../../../api/sources.ts';
import { Failure } from '../../../failure.ts';
import { failureOfNetwork, failureOfStatus } from './failure.ts';

/**
 * The origin that requests are sent to.
 * @param host a host name, or the origin of a stand-in such as `http://127.0.0.1:8080`.
 * @throws Failure `InvalidArguments` for anything else.
 */
export function yahooOrigin(host: string): URL {
  const text = host.includes('://') ? host : `https://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.href !== `${url.origin}/` || !/^https?:$/.test(url.protocol)) {
    throw new Failure(
      'InvalidArguments',
      `${sourceVariables.yahooHost} must be a host or an http(s) origin, not ${host}`,
    );
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
      throw new Failure(
        'RequestRefused',
        `the client tried to connect to ${url.host}, not to ${origin.host}`,
      );
    }
    // The library puts https:// before every host.
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
      throw new Failure(
        'TimedOut',
        `${origin.host} did not respond completely for ${symbol} within ${seconds} s`,
        {
          symbol,
          timeoutSeconds: seconds,
        },
      );
    } finally {
      clearTimeout(timer);
    }
  };
}
