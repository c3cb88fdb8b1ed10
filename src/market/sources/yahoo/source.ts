/** Yahoo Finance, through the `yahoo-finance2` client: any symbol, daily bars, splits. */
import { sourceVariables } from '../../../api/sources.ts';
import type { DataSpec } from '../../../api/training-run.ts';
import { addDays, utcDay } from '../../days.ts';
import { type RetryPolicy, type RetryTools, systemRetryTools, withRetries } from '../../retry.ts';
import type { BarRequest, BarSource, Environment, SourceBars } from '../../source.ts';
import { checkTicker } from '../../symbol.ts';
import { yahooBars } from './bars.ts';
import { failureOfLibrary } from './failure.ts';
import { yahooOrigin, yahooTransport } from './transport.ts';

export const yahoo: BarSource = {
  isLive: true,
  isBySymbol: true,
  checkSymbol: checkTicker,
  nameOf: ({ source }) => source,
  origin: environment => originOf(environment).origin,
  contentDigest: () => Promise.resolve(null),
  fetch: (request, data, { environment, retryTools }) =>
    fetchYahoo(request, { ...limitsOf(data), origin: originOf(environment), retryTools }),
};

/** Yahoo's own host unless the environment names another. */
function originOf(environment: Environment): URL {
  return yahooOrigin(environment[sourceVariables.yahooHost] || 'query2.finance.yahoo.com');
}

function limitsOf({ timeoutSeconds, retries }: DataSpec) {
  return { timeoutSeconds, retries };
}

export interface YahooOptions {
  readonly origin: URL;
  /** Time limit of one attempt. */
  readonly timeoutSeconds: number;
  /** Further attempts after a transient failure. */
  readonly retries: number;
  readonly retryTools?: RetryTools | undefined;
}

/** First wait up to 1 s, doubling to a minute; a `Retry-After` of up to five minutes is honoured. */
const backoff = { baseSeconds: 1, maximumSeconds: 60, maximumRetryAfterSeconds: 300 } as const;

/** @throws Failure naming the cause, after the last attempt. */
export async function fetchYahoo(request: BarRequest, options: YahooOptions): Promise<SourceBars> {
  const { origin, timeoutSeconds, retries, retryTools = systemRetryTools } = options;
  const policy: RetryPolicy = { ...backoff, retries };
  const path = symbolPath(request.symbol);
  const chart = await withRetries(
    () => fetchOnce(path, request, origin, timeoutSeconds),
    policy,
    retryTools,
    request.signal,
    request.progress,
  );
  return yahooBars(request.symbol, chart, request.now);
}

/**
 * The symbol as one segment of a URL's path (`^GSPC` becomes `%5EGSPC`): the client library does not encode it.
 * @throws Failure `InvalidSpec` for anything but a ticker symbol.
 */
export function symbolPath(symbol: string): string {
  checkTicker(symbol);
  // The caret is the only character of a ticker that a path may not contain.
  return symbol.replaceAll('^', '%5E');
}

async function fetchOnce(path: string, request: BarRequest, origin: URL, timeoutSeconds: number) {
  const { symbol, signal } = request;
  // Loaded only by runs that use it, and only its chart module: 30 ms and 16 MB.
  const [{ default: createYahooFinance }, { default: chart }] = await Promise.all([
    import('yahoo-finance2/createYahooFinance'),
    import('yahoo-finance2/modules/chart'),
  ]);
  const YahooFinance = createYahooFinance({ modules: { chart } });
  const client = new YahooFinance({
    YF_QUERY_HOST: origin.host,
    fetch: yahooTransport({ symbol, origin, timeoutMilliseconds: timeoutSeconds * 1000, signal }),
    // One request and nothing else: no check for newer versions, no notices, no logs.
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
 * The period in Unix seconds, its end exclusive. Days are the exchange's: one more day on each side covers every time
 * zone, and the caller drops what is outside the range.
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
