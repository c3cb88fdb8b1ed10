/** Yahoo Finance, through the `yahoo-finance2` client: any symbol, daily bars, splits. */
import { addDays, utcDay } from './days.ts';
import { type RetryPolicy, type RetryTools, systemRetryTools, withRetries } from './retry.ts';
import type { BarRequest, BarSource } from './source.ts';
import { symbolPath } from './symbol.ts';
import { yahooBars } from './yahoo-bars.ts';
import { failureOfLibrary } from './yahoo-failure.ts';
import { yahooHost, yahooOrigin, yahooTransport } from './yahoo-transport.ts';

export interface YahooOptions {
  /** Host or origin to ask; default: Yahoo's. */
  readonly host?: string | undefined;
  /** Time limit of one attempt. */
  readonly timeoutSeconds: number;
  /** Further attempts after a transient failure. */
  readonly retries: number;
  readonly tools?: RetryTools;
}

/** First wait up to 1 s, doubling to a minute; a `Retry-After` of up to five minutes is waited out. */
const backoff = { baseSeconds: 1, maximumSeconds: 60, maximumRetryAfterSeconds: 300 } as const;

export function yahooSource(options: YahooOptions): BarSource {
  const origin = yahooOrigin(options.host ?? yahooHost);
  const policy: RetryPolicy = { ...backoff, retries: options.retries };
  const tools = options.tools ?? systemRetryTools;
  return {
    fetch: async request => {
      const path = symbolPath(request.symbol);
      const chart = await withRetries(
        () => askOnce(path, request, origin, options.timeoutSeconds),
        policy,
        tools,
        request.signal,
        request.progress,
      );
      return yahooBars(request.symbol, chart, request.now);
    },
  };
}

async function askOnce(path: string, request: BarRequest, origin: URL, timeoutSeconds: number) {
  const { symbol, signal } = request;
  // Loaded only by runs that ask Yahoo, and no more of it than the chart: 30 ms and 16 MB.
  const [{ default: createYahooFinance }, { default: chart }] = await Promise.all([
    import('yahoo-finance2/createYahooFinance'),
    import('yahoo-finance2/modules/chart'),
  ]);
  const YahooFinance = createYahooFinance({ modules: { chart } });
  const client = new YahooFinance({
    YF_QUERY_HOST: origin.host,
    fetch: yahooTransport({ symbol, origin, timeoutMilliseconds: timeoutSeconds * 1000, signal }),
    // Nothing but our one request: no look at the registry for newer versions, no notices, no logs.
    versionCheck: false,
    suppressNotices: ['yahooSurvey', 'ripHistorical'],
    validation: { logErrors: false, logOptionsErrors: false },
    logger: silent,
  });
  try {
    return await client.chart(path, {
      ...period(request),
      interval: '1d',
      events: 'split',
      return: 'object',
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failureOfLibrary(symbol, error);
  }
}

/**
 * Yahoo takes moments, we think in the exchange's days: a day more on each side covers every time zone, and the
 * caller cuts. Seconds since 1970, the end exclusive.
 */
function period(request: BarRequest): { period1: number; period2: number } {
  const seconds = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
  return {
    period1: seconds(addDays(request.start, -1)),
    period2: seconds(addDays(request.end ?? utcDay(request.now), 2)),
  };
}

const nothing = (): void => {};
const silent = { info: nothing, warn: nothing, error: nothing, debug: nothing, dir: nothing };
