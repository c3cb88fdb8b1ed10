/**
 * A stand-in for Yahoo's chart API: real bars in Yahoo's own JSON, with faults on demand. Tests start it in
 * their own process; as a program it serves a cluster without a way out:
 *
 *     node test/market/sources/yahoo/server.ts --host 0.0.0.0 --port 8080 --symbols AAPL,MSFT --latest
 *
 * and a run asks it with YAHOO_QUERY_HOST=http://its.address:8080. `--latest` moves the bars to the weekdays up
 * to yesterday; without it they keep their dates, 2013-05-13 to 2018-05-11. Symbols of `faultSymbols` fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import type { Bar } from '../../../../src/market/bar.ts';
import { addDays, utcDay } from '../../../../src/market/days.ts';
import { type ChartResult, chartResult, redated, sampleBars } from './chart.ts';

export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Status 200 with this text. */
  | { kind: 'text'; body: string; contentType?: string }
  /** No answer at all. */
  | { kind: 'hang' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  | HalfAnswer;

/** Half the answer, then nothing more, or the end of the connection. */
type HalfAnswer = { kind: 'stall' } | { kind: 'cut' };

function isHalf(fault: Fault): fault is HalfAnswer {
  return fault.kind === 'stall' || fault.kind === 'cut';
}

export function chartError(code: string, description: string): string {
  return JSON.stringify({ chart: { result: null, error: { code, description } } });
}

const notFound: Fault = {
  kind: 'status',
  status: 404,
  body: chartError('Not Found', 'No data found, symbol may be delisted'),
};

/** Symbols that always fail, each in its way: for runs that can name a symbol and nothing else. */
export const faultSymbols: Readonly<Record<string, Fault>> = {
  DELISTED: notFound,
  'RATE-LIMITED': { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: 'Too Many Requests' },
  BROKEN: { kind: 'status', status: 500, body: 'Internal Server Error' },
  HTML: { kind: 'text', body: '<!doctype html><title>Yahoo</title>', contentType: 'text/html' },
  HANGING: { kind: 'hang' },
};

export interface YahooServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly symbols?: readonly string[];
  readonly bars?: readonly Bar[];
  readonly splitDay?: string;
  /** The moment, milliseconds since 1970. */
  readonly now?: () => number;
  /** Moves the bars to the weekdays that end on the day before now. */
  readonly latest?: boolean;
  /** Adds today's bar once New York's session has begun. */
  readonly live?: boolean;
}

export interface YahooServer {
  readonly url: string;
  /** Path and query of each request, in order. */
  readonly requests: string[];
  /** What the next requests meet, one each; afterwards all is well. */
  readonly faults: Fault[];
  /** Changes every good answer. */
  edit: (result: ChartResult) => void;
  close(): Promise<void>;
}

/** Apple split 7:1 on this day of the sample. */
const appleSplitDay = '2014-06-09';

export async function startYahooServer(options: YahooServerOptions = {}): Promise<YahooServer> {
  const requests: string[] = [];
  const faults: Fault[] = [];
  const market = createMarket(options);
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const url = new URL(request.url ?? '', 'http://yahoo.invalid');
    const symbol = decodeURIComponent(/^\/v8\/finance\/chart\/([^/]+)$/.exec(url.pathname)?.[1] ?? '');
    const fault = faults.shift() ?? faultSymbols[symbol] ?? (market.has(symbol) ? undefined : notFound);
    if (fault !== undefined && !isHalf(fault)) return answerFault(fault, request, response);
    const result = market.chart(symbol, url.searchParams);
    if (result === undefined) return answerFault(noDataIn(url.searchParams), request, response);
    running.edit(result);
    const body = JSON.stringify({ chart: { result: [result], error: null } });
    response.setHeader('content-type', 'application/json;charset=utf-8');
    if (fault === undefined) return void response.end(body);
    response.write(body.slice(0, body.length / 2), () => fault.kind === 'cut' && request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const running: YahooServer = {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    requests,
    faults,
    edit: () => {},
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return running;
}

function createMarket(options: YahooServerOptions) {
  const symbols = new Set(options.symbols ?? ['AAPL', 'MSFT', 'BRK-B', '^GSPC']);
  const archive = options.bars ?? sampleBars();
  const splitDay = options.splitDay ?? appleSplitDay;
  const splitIndex = archive.findIndex(bar => bar.date === splitDay);
  const now = options.now ?? Date.now;
  return {
    has: (symbol: string): boolean => symbols.has(symbol),
    chart: (symbol: string, query: URLSearchParams): ChartResult | undefined => {
      const yesterday = addDays(utcDay(new Date(now()).toISOString()), -1);
      const bars = options.latest ? redated(archive, yesterday) : archive;
      return chartResult({
        symbol,
        bars,
        splitDay: bars[splitIndex]?.date,
        now: Math.floor(now() / 1000),
        live: options.live ?? false,
        period1: Number(query.get('period1')),
        period2: Number(query.get('period2')),
      });
    },
  };
}

function noDataIn(query: URLSearchParams): Exclude<Fault, HalfAnswer> {
  const period = `startDate = ${query.get('period1')}, endDate = ${query.get('period2')}`;
  return { kind: 'status', status: 400, body: chartError('Bad Request', `Data doesn't exist for ${period}`) };
}

function answerFault(
  fault: Exclude<Fault, HalfAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      break;
    case 'text':
      response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
      break;
    case 'reset':
      request.socket.resetAndDestroy();
      break;
    case 'hang':
      break;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8080' },
      symbols: { type: 'string', default: 'AAPL,MSFT,BRK-B,^GSPC' },
      latest: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
    },
  });
  const server = await startYahooServer({
    host: values.host,
    port: Number(values.port),
    symbols: values.symbols.split(','),
    latest: values.latest,
    live: values.live,
  });
  process.stdout.write(`serving ${values.symbols} at ${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
}
