/** The real client library against a local server that answers as Yahoo does. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { Failure, type FailureReason } from '../../../../src/failure.ts';
import type { BarRequest, SourceBars } from '../../../../src/market/source.ts';
import {
  fetchYahoo,
  symbolPath,
  type YahooOptions,
  yahoo,
} from '../../../../src/market/sources/yahoo/source.ts';
import { chartError, type Fault, startYahooServer, type YahooServer } from './server.ts';

/** The Monday after the sample's last bar, before New York opens. */
const now = '2018-05-14T12:00:00Z';

describe('Yahoo', () => {
  let server: YahooServer;
  let slept: number[] = [];

  beforeEach(async () => {
    slept = [];
    server = await startYahooServer({ now: () => Date.parse(now) });
  });
  afterEach(() => server.close());

  function fetchBars(
    request: Partial<BarRequest> = {},
    options: Partial<YahooOptions> = {},
  ): Promise<SourceBars> {
    return fetchYahoo(
      {
        symbol: 'AAPL',
        start: '2016-01-01',
        end: undefined,
        now,
        signal: new AbortController().signal,
        progress: () => {},
        ...request,
      },
      {
        origin: new URL(server.url),
        timeoutSeconds: 20,
        retries: 0,
        retryTools: { random: () => 0.5, sleep: async milliseconds => void slept.push(milliseconds / 1000) },
        ...options,
      },
    );
  }

  async function failure(
    request: Partial<BarRequest> = {},
    options: Partial<YahooOptions> = {},
  ): Promise<Failure> {
    const error: unknown = await fetchBars(request, options).then(
      () => assert.fail('nothing failed'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Failure, String(error));
    return error;
  }

  it('returns bars, splits, currency and exchange, with one request', async () => {
    const bars = await fetchBars({ start: '2013-05-13' });
    assert.equal(bars.rows.length, 1260);
    assert.deepEqual(bars.rows[0], {
      date: '2013-05-13',
      open: Math.fround(64.501427),
      high: Math.fround(65.414284),
      low: 64.5,
      close: Math.fround(64.96286),
      volume: 79_237_200,
      place: 'row 1 (2013-05-13)',
    });
    assert.equal(bars.rows.at(-1)?.date, '2018-05-11');
    assert.deepEqual(bars.splits, [{ date: '2014-06-09', ratio: 7, text: '7:1' }]);
    assert.deepEqual([bars.currency, bars.exchange, bars.dropped], ['USD', 'NasdaqGS', []]);
    assert.equal(server.requests.length, 1);
  });

  it("requests one more day on each side, because of the exchanges' time zones", async () => {
    await fetchBars({ start: '2016-01-01', end: '2016-12-31' });
    const query = new URL(server.requests[0] ?? '', server.url).searchParams;
    const day = (name: string): string => new Date(Number(query.get(name)) * 1000).toISOString();
    assert.equal(day('period1'), '2015-12-31T00:00:00.000Z');
    assert.equal(day('period2'), '2017-01-02T00:00:00.000Z');
    assert.equal(query.get('interval'), '1d');
  });

  it('drops the live bar of a session that has not ended', async () => {
    await server.close();
    const trading = '2018-05-14T17:00:00Z';
    server = await startYahooServer({ now: () => Date.parse(trading), live: true });
    const bars = await fetchBars({ now: trading });
    assert.equal(bars.rows.at(-1)?.date, '2018-05-11');
    assert.deepEqual(bars.dropped, [
      { date: '2018-05-14', reason: 'live: its session was not over and settled' },
    ]);
    const settled = await fetchBars({ now: '2018-05-14T20:30:00Z' });
    assert.equal(settled.rows.at(-1)?.date, '2018-05-14');
  });

  it('accepts symbols with a dash and a caret', async () => {
    for (const symbol of ['BRK-B', '^GSPC']) assert.ok((await fetchBars({ symbol })).rows.length > 500);
    assert.match(server.requests[1] ?? '', /^\/v8\/finance\/chart\/%5EGSPC\?/);
  });

  it('sends no request for an invalid symbol', async () => {
    for (const symbol of ['../x', 'AAPL%20', ''])
      assert.equal((await failure({ symbol })).reason, 'InvalidSpec');
    assert.deepEqual(server.requests, []);
  });

  const html = '<!doctype html>\n<html><head><title>Yahoo - 502</title></head></html>';
  const status = (code: number, body = '', headers: Record<string, string> = {}): Fault => ({
    kind: 'status',
    status: code,
    body,
    headers,
  });
  const json = (value: unknown): Fault => ({ kind: 'text', body: JSON.stringify(value) });
  const meta = { currency: 'USD', symbol: 'AAPL', exchangeTimezoneName: 'America/New_York' };
  const noData = chartError('Bad Request', "Data doesn't exist for startDate = 1, endDate = 2");

  const permanent: [string, Fault, FailureReason, RegExp][] = [
    [
      'an unknown or delisted symbol',
      status(404, chartError('Not Found', 'No data found, symbol may be delisted')),
      'UnknownSymbol',
      /^Yahoo has no symbol AAPL, or it is delisted: No data found, symbol may be delisted$/,
    ],
    [
      'the same, said with status 200',
      { kind: 'text', body: chartError('Not Found', 'No data found, symbol may be delisted') },
      'UnknownSymbol',
      /no symbol AAPL/,
    ],
    [
      'days before the first bar',
      status(400, noData),
      'NoData',
      /no bars of AAPL for these days: Data doesn't/,
    ],
    [
      'a bad request',
      status(400, chartError('Bad Request', 'Invalid input - interval=1x')),
      'RequestRefused',
      /refused the request for AAPL: Invalid input - interval=1x/,
    ],
    [
      'a bad request, said with status 200',
      { kind: 'text', body: chartError('Bad Request', 'Invalid input') },
      'RequestRefused',
      /Invalid input/,
    ],
    [
      '401',
      status(401, '{"finance":{"error":{"code":"Unauthorized"}}}'),
      'RequestRefused',
      /HTTP 401: Unauthorized/,
    ],
    ['403', status(403, html), 'RequestRefused', /refused the request for AAPL \(HTTP 403\)$/],
    ['451', status(451), 'RequestRefused', /refused the request for AAPL \(HTTP 451\)$/],
  ];
  for (const [name, fault, reason, message] of permanent) {
    it(`${name} is ${reason}: permanent, one request`, async () => {
      server.faults.push(fault);
      const error = await failure({}, { retries: 3 });
      assert.deepEqual([error.reason, error.kind], [reason, 'Permanent']);
      assert.match(error.message, message);
      assert.equal(server.requests.length, 1);
    });
  }

  const transient: [string, Fault, FailureReason, RegExp][] = [
    ['429', status(429, 'Too Many Requests\r\n'), 'RateLimited', /limits the rate .* \(HTTP 429\)/],
    ['999, for robots', status(999, 'Request denied'), 'RateLimited', /HTTP 999/],
    ['408', status(408), 'TimedOut', /HTTP 408/],
    ['500', status(500, 'oops'), 'SourceUnavailable', /unavailable for AAPL \(HTTP 500\)/],
    ['502', status(502, html), 'SourceUnavailable', /HTTP 502/],
    ['503', status(503), 'SourceUnavailable', /HTTP 503/],
    [
      '404 from something in between',
      status(404, html),
      'UnexpectedAnswer',
      /did not respond itself .*HTTP 404/,
    ],
    [
      'a redirect, which is not followed',
      status(302, '', { location: 'https://consent.yahoo.com/' }),
      'UnexpectedAnswer',
      /HTTP 302: redirects to https:\/\/consent\.yahoo\.com\)/,
    ],
    [
      'HTML',
      { kind: 'text', body: html, contentType: 'text/html' },
      'UnexpectedAnswer',
      /with a body that is not JSON \(/,
    ],
    ['nothing', { kind: 'text', body: '' }, 'UnexpectedAnswer', /responded for AAPL with an empty body \(/],
    [
      'half of the JSON',
      { kind: 'text', body: '{"chart":{"result":[{' },
      'UnexpectedAnswer',
      /with a body that is not JSON \(/,
    ],
    ['an empty object', json({}), 'UnexpectedAnswer', /an unexpected form/],
    ['no result', json({ chart: { result: null, error: null } }), 'UnexpectedAnswer', /an unexpected form/],
    [
      'an empty result',
      json({ chart: { result: [], error: null } }),
      'UnexpectedAnswer',
      /an unexpected form/,
    ],
    [
      'schema drift',
      json({ chart: { result: [{ meta, timestamp: ['x'], indicators: { quote: [{}] } }], error: null } }),
      'UnexpectedAnswer',
      /an unexpected form: .*(meta|timestamp|indicators)/,
    ],
    ['a reset connection', { kind: 'reset' }, 'SourceUnavailable', /could not be reached: .*ECONNRESET/],
    [
      'a connection cut in the middle',
      { kind: 'cut' },
      'SourceUnavailable',
      /could not be reached: .*other side closed/,
    ],
  ];
  for (const [name, fault, reason, message] of transient) {
    it(`${name} is ${reason}: transient, and a retry helps`, async () => {
      server.faults.push(fault);
      const error = await failure();
      assert.deepEqual([error.reason, error.kind], [reason, 'Transient']);
      assert.match(error.message, message);

      server.faults.push(fault, fault);
      assert.ok((await fetchBars({}, { retries: 2 })).rows.length > 500);
      assert.deepEqual(slept, [0.5, 1]);
    });
  }

  for (const kind of ['hang', 'stall'] as const) {
    it(`a time-out (${kind}) is transient and names the limit`, async () => {
      server.faults.push({ kind });
      const error = await failure({}, { timeoutSeconds: 0.05 });
      assert.deepEqual([error.reason, error.kind], ['TimedOut', 'Transient']);
      assert.match(error.message, /did not respond completely for AAPL within 0\.05 s /);
    });
  }

  it('columns of different lengths are an unexpected response', async () => {
    server.edit = result => result.indicators.quote[0].volume.pop();
    assert.match((await failure()).message, /columns of different lengths/);
  });

  it('a refused connection and an unknown host are transient', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => free.once('listening', resolve));
    const address = free.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise(resolve => free.close(resolve));
    const refused = await failure({}, { origin: new URL(`http://127.0.0.1:${port}`) });
    assert.deepEqual([refused.reason, refused.kind], ['SourceUnavailable', 'Transient']);
    assert.match(refused.message, /ECONNREFUSED/);

    const unknown = await failure({}, { origin: new URL('http://yahoo.invalid') });
    assert.deepEqual([unknown.reason, unknown.kind], ['SourceUnavailable', 'Transient']);
    assert.match(unknown.message, /^yahoo\.invalid could not be reached: .*(ENOTFOUND|EAI_AGAIN)/);
  });

  it('a response without bars is empty', async () => {
    server.edit = result => {
      delete result.timestamp;
      Object.assign(result.indicators, { quote: [{}], adjclose: [{}] });
    };
    assert.deepEqual((await fetchBars()).rows, []);
  });

  it('waits for Retry-After, in seconds or as a date', async () => {
    const messages: string[] = [];
    const date = { date: 'Mon, 14 May 2018 12:00:00 GMT', 'retry-after': 'Mon, 14 May 2018 12:00:20 GMT' };
    server.faults.push(status(429, '', { 'retry-after': '7' }), status(503, '', date), status(429));
    await fetchBars({ progress: message => messages.push(message) }, { retries: 5 });
    assert.deepEqual(slept, [7.5, 21, 2]);
    assert.match(messages[0] ?? '', /HTTP 429\); retry 1 of 5 in 7\.5 s/);
  });

  it('gives up when Retry-After requests hours', async () => {
    server.faults.push(status(429, '', { 'retry-after': '7200' }));
    const error = await failure({}, { retries: 5 });
    assert.equal(error.reason, 'RateLimited');
    assert.match(error.message, /it requests a wait of 7200 s, more than 300 s/);
    assert.equal(error.details.retryAfterSeconds, 7200);
    assert.equal(server.requests.length, 1);
  });

  it('stops in the middle of a response when the run is cancelled', async () => {
    server.faults.push({ kind: 'hang' });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const running = fetchBars({ signal: controller.signal }, { retries: 5 });
    const waiting = setInterval(() => server.requests.length > 0 && controller.abort(reason), 5);
    await assert.rejects(running, reason);
    clearInterval(waiting);
    assert.equal(server.requests.length, 1);
  });

  it('accepts a host or an origin, and nothing else', () => {
    for (const host of ['query1.finance.yahoo.com', 'http://10.0.0.1:8080', 'https://yahoo.example/']) {
      assert.equal(
        yahoo.origin({ YAHOO_QUERY_HOST: host }),
        new URL(`${host.includes(':') ? '' : 'https://'}${host}`).origin,
      );
    }
    for (const host of ['http://', 'ftp://x', 'http://x/path', 'http://user:secret@x', 'a b']) {
      assert.throws(
        () => yahoo.origin({ YAHOO_QUERY_HOST: host }),
        error => error instanceof Failure && error.reason === 'InvalidArguments',
        host,
      );
    }
  });

  it("is Yahoo's own host without a setting", () => {
    for (const environment of [{}, { YAHOO_QUERY_HOST: '' }]) {
      assert.equal(yahoo.origin(environment), 'https://query2.finance.yahoo.com');
    }
  });

  const paths = {
    AAPL: 'AAPL',
    'BRK-B': 'BRK-B',
    '^GSPC': '%5EGSPC',
    'EURUSD=X': 'EURUSD=X',
    '7203.T': '7203.T',
  };
  for (const [symbol, path] of Object.entries(paths)) {
    it(`puts ${symbol} into the path as ${path}`, () => assert.equal(symbolPath(symbol), path));
  }

  it('prints nothing and sends no other requests, whatever fails', async () => {
    const written: unknown[] = [];
    const { console: terminal, fetch: ownFetch } = globalThis;
    const kept = { log: terminal.log, error: terminal.error, warn: terminal.warn, info: terminal.info };
    const hosts = new Set<string>();
    const note = (...words: unknown[]): void => void written.push(words);
    Object.assign(terminal, { log: note, error: note, warn: note, info: note });
    globalThis.fetch = (input, init) => {
      hosts.add(new URL(input instanceof Request ? input.url : input).host);
      return ownFetch(input, init);
    };
    try {
      server.faults.push(status(500), ...transient.map(([, fault]) => fault));
      await fetchBars({}, { retries: 20 });
    } finally {
      Object.assign(terminal, kept);
      globalThis.fetch = ownFetch;
    }
    assert.deepEqual(written, []);
    assert.deepEqual([...hosts], [new URL(server.url).host]);
  });
});
