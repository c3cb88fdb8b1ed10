import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fetchReportSchema } from '../../src/api/artifacts.ts';
import { type TrainingRunSpec, trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { Failure, type FailureReason } from '../../src/failure.ts';
import { parseBars } from '../../src/pipeline/bars-csv.ts';
import { createFetchStage, type FetchOptions, fetchStage } from '../../src/pipeline/fetch.ts';
import { runStage } from '../../src/pipeline/run-stage.ts';
import type { StageMetrics } from '../../src/pipeline/stage.ts';
import { type ChartResult, redated, sampleBars } from '../market/sources/yahoo/chart.ts';
import { startYahooServer, type YahooServer } from '../market/sources/yahoo/server.ts';

const now = '2018-05-14T12:00:00Z';
const fetched = ['bars.csv', 'fetch.json'];

const specOf = (data: Record<string, unknown>, symbol = 'AAPL'): TrainingRunSpec =>
  trainingRunSpecSchema.parse({ symbol, data });

interface Run {
  metrics: StageMetrics | undefined;
  failure: unknown;
  outputs: Map<string, string>;
  messages: string[];
}

async function run(
  spec: TrainingRunSpec,
  options: FetchOptions = {},
  moment = now,
  signal?: AbortSignal,
): Promise<Run> {
  const outputs = new Map<string, string>();
  const messages: string[] = [];
  const result: Run = { metrics: undefined, failure: undefined, outputs, messages };
  try {
    result.metrics = await createFetchStage(options).run(
      {
        spec,
        input: () => assert.fail('Fetch reads no stage'),
        output: async (file, data) => void outputs.set(file, data.toString()),
        progress: (_, message) => messages.push(message),
        runTask: () => assert.fail('Fetch computes nothing'),
        signal: signal ?? new AbortController().signal,
      },
      { now: moment },
    );
  } catch (error) {
    result.failure = error;
  }
  return result;
}

const reportIn = (outputs: Map<string, string>) =>
  fetchReportSchema.parse(JSON.parse(outputs.get('fetch.json') ?? ''));

function assertFailed(result: Run, reason: FailureReason, message: RegExp): void {
  assert.ok(result.failure instanceof Failure, String(result.failure));
  assert.equal(result.failure.reason, reason, result.failure.message);
  assert.match(result.failure.message, message);
  assert.deepEqual([...result.outputs.keys()], [], 'nothing is written');
}

describe('the Fetch stage with the sample', () => {
  it('writes canonical bars and a report', async () => {
    const { outputs, metrics } = await run(specOf({ source: 'Sample' }));
    assert.deepEqual([...outputs.keys()], fetched);
    assert.deepEqual(reportIn(outputs), {
      symbol: 'AAPL',
      source: 'Sample',
      currency: 'USD',
      exchange: 'NasdaqGS',
      rows: 1260,
      from: '2013-05-13',
      to: '2018-05-11',
      dropped: [],
      splits: [],
    });
    const bars = parseBars(outputs.get('bars.csv') ?? '');
    assert.equal(bars.length, 1260);
    assert.deepEqual(bars[0], {
      date: '2013-05-13',
      open: 64.5014,
      high: 65.4143,
      low: 64.5,
      close: 64.9629,
      volume: 79_237_200,
    });
    assert.deepEqual(metrics, {
      rows: 1260,
      from: '2013-05-13',
      to: '2018-05-11',
      lastClose: '188.59',
      dropped: 0,
      splits: 0,
    });
  });

  it('gives the same bytes on another day', async () => {
    const spec = specOf({ source: 'Sample' });
    const [today, later] = [await run(spec), await run(spec, {}, '2031-01-01T00:00:00Z')];
    assert.deepEqual([...today.outputs], [...later.outputs]);
  });

  it('refuses any other symbol', async () => {
    const spec = specOf({ source: 'Sample' }, 'MSFT');
    assertFailed(await run(spec), 'InvalidSpec', /the sample has bars of AAPL, not of MSFT/);
    await assert.rejects(async () => fetchStage.parameters(spec, { now }), /the sample has bars of AAPL/);
  });

  it('returns the days that the spec requests', async () => {
    const spec = specOf({ source: 'Sample', start: '2015-01-01', end: '2017-12-31' });
    const report = reportIn((await run(spec)).outputs);
    assert.deepEqual([report.from, report.to], ['2015-01-02', '2017-12-29']);
  });

  it('refuses too few bars', async () => {
    const spec = specOf({ source: 'Sample', lookbackDays: 400 });
    assertFailed(await run(spec), 'TooFewBars', /^bars of AAPL: 277 bars; data\.minimumBars is 500$/);
    assertFailed(
      await run(specOf({ source: 'Sample', start: '2020-01-01' })),
      'NoData',
      /^Sample has no bars of AAPL/,
    );
  });
});

describe('the Fetch stage with a file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bars-'));
    path = join(folder, 'my.csv');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const lines = redated(sampleBars(), '2018-05-14').map(
    ({ date, open, high, low, close, volume }) => `${date},${open},${high},${low},${close},${volume}`,
  );
  const csv = (rows: string[]): string => ['Date,Open,High,Low,Close,Volume', ...rows].join('\r\n');
  const spec = (): TrainingRunSpec => specOf({ source: 'File', path }, 'BRK-B');

  it('takes any symbol and any age', async () => {
    await writeFile(path, csv(lines));
    const report = reportIn((await run(spec(), {}, '2031-01-01T00:00:00Z')).outputs);
    assert.deepEqual(
      [report.symbol, report.source, report.rows, report.to],
      ['BRK-B', 'File', 1260, '2018-05-14'],
    );
    assert.deepEqual([report.currency, report.exchange], [null, null]);
  });

  it('drops empty rows and reports them', async () => {
    const holiday = `${lines[700]?.slice(0, 10)},null,null,null,null,null`;
    await writeFile(path, csv(lines.with(700, holiday)));
    const report = reportIn((await run(spec())).outputs);
    assert.equal(report.rows, 1259);
    assert.deepEqual(report.dropped, [{ date: holiday.slice(0, 10), reason: 'holds no price' }]);
  });

  it('names the lines that are wrong', async () => {
    await writeFile(path, csv(lines.with(700, 'x').with(800, '2026-01-01,a,1,1,1,1')));
    assertFailed(
      await run(spec()),
      'UnreadableFile',
      /my\.csv \(2 faults\): line 702: does not have as many cells as the header; line 802: open is not a number$/,
    );
    await writeFile(path, csv(lines.with(700, lines[699] ?? '')));
    assertFailed(await run(spec()), 'InvalidBars', /^bars of BRK-B: line 702: the same day as line 701$/);
  });

  it('suspects prices that were not adjusted for a split', async () => {
    const unadjusted = lines.map((line, index) => {
      const [date, ...cells] = line.split(',');
      return index < 600 ? [date, ...cells.map(cell => Number(cell) * 7)].join(',') : line;
    });
    await writeFile(path, csv(unadjusted));
    assertFailed(await run(spec()), 'InvalidBars', /line 602: .* looks like a 7:1 split/);
  });

  it('explains why it cannot be read', async () => {
    assertFailed(await run(spec()), 'UnreadableFile', /my\.csv does not exist$/);
    const isFolder = specOf({ source: 'File', path: folder });
    assertFailed(await run(isFolder), 'UnreadableFile', /is a folder, not a file$/);
    await writeFile(path, Buffer.from([0x64, 0xe4, 0x0a]));
    assertFailed(await run(spec()), 'UnreadableFile', /my\.csv is not UTF-8 text/);
    await writeFile(path, '');
    assertFailed(await run(spec()), 'UnreadableFile', /my\.csv is empty/);
    await writeFile(path, csv([]));
    assertFailed(await run(spec()), 'NoData', /my\.csv has no bars of BRK-B$/);
    await writeFile(path, csv(lines));
    const late = specOf({ source: 'File', path, start: '2030-01-01' });
    assertFailed(await run(late), 'NoData', /my\.csv has no bars of AAPL from 2030-01-01 to the latest$/);
  });

  it('explains what to do about files that are commonly mistaken for CSV', async () => {
    const cases: [Buffer, RegExp][] = [
      [gzipSync(csv(lines)), /is not UTF-8 text but gzip: unpack it first$/],
      [Buffer.from(`\ufeff${csv(lines)}`, 'utf16le'), /but UTF-16: save it as UTF-8$/],
      [Buffer.from('504b0304ff', 'hex'), /but a zip archive or a spreadsheet: save it as CSV$/],
    ];
    for (const [bytes, message] of cases) {
      await writeFile(path, bytes);
      assertFailed(await run(spec()), 'UnreadableFile', message);
    }
  });

  it('does not wait for a pipe or a device', async () => {
    const device = specOf({ source: 'File', path: '/dev/zero' });
    assertFailed(await run(device), 'UnreadableFile', /^\/dev\/zero is a pipe or a device, not a file$/);
  });

  it('has parameters that follow the content, not the name', async () => {
    const other = join(folder, 'other.csv');
    await writeFile(path, csv(lines));
    await writeFile(other, csv(lines));
    const parameters = async (file: string) =>
      fetchStage.parameters(specOf({ source: 'File', path: file }), { now });
    const before = await parameters(path);
    assert.deepEqual(before, await parameters(other));
    await writeFile(path, csv(lines.slice(1)));
    assert.notDeepEqual(before, await parameters(path));
  });
});

describe('the Fetch stage with Yahoo', () => {
  let server: YahooServer;
  beforeEach(async () => {
    server = await startYahooServer({ now: () => Date.parse(now) });
  });
  afterEach(() => server.close());

  const options = (): FetchOptions => ({
    environment: { YAHOO_QUERY_HOST: server.url },
    retryTools: { random: () => 0, sleep: async () => {} },
  });
  const yahoo = (data: Record<string, unknown> = {}): TrainingRunSpec =>
    specOf({ start: '2013-05-13', ...data });

  it('gives the very bytes that the sample gives: float noise is gone', async () => {
    const [live, sample] = [await run(yahoo(), options()), await run(specOf({ source: 'Sample' }))];
    assert.equal(live.outputs.get('bars.csv'), sample.outputs.get('bars.csv'));
    const report = reportIn(live.outputs);
    assert.deepEqual(report.splits, [{ date: '2014-06-09', ratio: '7:1' }]);
    assert.equal(live.metrics?.splits, 1);
  });

  it('retries after transient faults and reports them', async () => {
    server.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '3' } }, { kind: 'reset' });
    const { messages, metrics } = await run(yahoo(), options());
    assert.equal(metrics?.rows, 1260);
    assert.equal(messages[0], 'fetching bars of AAPL from Yahoo');
    assert.match(messages[1] ?? '', /HTTP 429\); retry 1 of 5 in 3\.0 s$/);
    assert.match(messages[2] ?? '', /ECONNRESET.*; retry 2 of 5 in 0\.0 s$/);
    assert.match(messages.at(-1) ?? '', /^1260 bars of AAPL, 2013-05-13 to 2018-05-11$/);
  });

  it('finds the fake server through the environment', async () => {
    process.env.YAHOO_QUERY_HOST = server.url;
    try {
      assert.equal((await run(yahoo())).metrics?.rows, 1260);
    } finally {
      delete process.env.YAHOO_QUERY_HOST;
    }
  });

  it('refuses an unknown symbol without writing anything', async () => {
    assertFailed(
      await run(specOf({}, 'NONE'), options()),
      'UnknownSymbol',
      /no symbol NONE, or it is delisted/,
    );
  });

  it('refuses a symbol that stopped trading', async () => {
    const later = '2018-05-24T12:00:00Z';
    assertFailed(
      await run(yahoo(), options(), later),
      'StaleBars',
      /2018-05-11, is 13 days old on 2018-05-24/,
    );
    const ended = await run(yahoo({ end: '2018-05-11' }), options(), later);
    assert.equal(ended.metrics?.rows, 1260, 'an end date requests old bars');
  });

  type Quote = ChartResult['indicators']['quote'][0];
  const prices = ['open', 'high', 'low', 'close'] as const;
  const set = (quote: Quote, index: number, value: number | null): void => {
    for (const column of [...prices, 'volume'] as const) quote[column][index] = value;
  };

  it('drops and reports days without any price', async () => {
    server.edit = ({ indicators }) => set(indicators.quote[0], 99, null);
    const report = reportIn((await run(yahoo(), options())).outputs);
    assert.deepEqual(
      [report.rows, report.dropped],
      [1259, [{ date: '2013-10-02', reason: 'holds no price' }]],
    );
  });

  const edits: [string, (result: ChartResult) => void, RegExp][] = [
    [
      'a null',
      ({ indicators }) => void indicators.quote[0].close.splice(99, 1, null),
      /^bars of AAPL: row 100 \(2013-10-02\): close missing or not a number$/,
    ],
    [
      'a day given twice',
      ({ timestamp }) => timestamp?.splice(99, 1, timestamp[98] ?? 0),
      /^bars of AAPL: row 100 \(2013-10-01\): the same day as row 99 \(2013-10-01\)$/,
    ],
    [
      'a high below the low',
      ({ indicators }) => void indicators.quote[0].high.splice(99, 1, 1),
      /row 100 \(2013-10-02\): high is below low$/,
    ],
    [
      'a price below zero',
      ({ indicators }) => void indicators.quote[0].low.splice(99, 1, -1),
      /row 100 \(2013-10-02\): low is not above zero/,
    ],
    [
      'a gap',
      ({ timestamp, indicators }) => {
        timestamp?.splice(99, 8);
        for (const column of [...prices, 'volume'] as const) indicators.quote[0][column].splice(99, 8);
      },
      /row 100 \(2013-10-14\): more days after row 99 \(2013-10-01\) than data\.maximumGapDays, 10/,
    ],
    [
      'a split that prices are not adjusted for',
      ({ indicators }) => {
        const quote = indicators.quote[0];
        for (const column of prices)
          quote[column] = quote[column].map((price, row) => (price ?? 0) * (row < 270 ? 7 : 1));
      },
      /row 271 \(2014-06-09\): the close jumps by the 7:1 split of 2014-06-09/,
    ],
  ];
  for (const [name, edit, message] of edits) {
    it(`refuses ${name}, naming the row, and writes nothing`, async () => {
      server.edit = edit;
      assertFailed(await run(yahoo(), options()), 'InvalidBars', message);
    });
  }

  it('refuses an answer without bars', async () => {
    server.edit = result => {
      delete result.timestamp;
      Object.assign(result.indicators, { quote: [{}], adjclose: [{}] });
    };
    assertFailed(
      await run(yahoo(), options()),
      'NoData',
      /^Yahoo has no bars of AAPL from 2013-05-13 to the latest$/,
    );
  });

  it('is reused on the same day, runs again on the next, and keeps the last good bars when it fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fetch-run-'));
    const runOn = (moment: string) =>
      runStage(createFetchStage(options()), {
        runFolder: join(folder, 'aapl', 'first'),
        spec: yahoo({ retries: 0 }),
        environment: { now: moment },
        runTask: () => assert.fail('Fetch computes nothing'),
        signal: new AbortController().signal,
        progress: () => {},
      });
    try {
      const first = await runOn(now);
      assert.deepEqual(
        first.manifest.outputs.map(output => output.file),
        fetched,
      );
      assert.equal((await runOn('2018-05-14T23:00:00Z')).state, 'Reused');
      assert.equal(server.requests.length, 1);

      server.faults.push({ kind: 'status', status: 500 });
      await assert.rejects(runOn('2018-05-15T12:00:00Z'), /HTTP 500/);
      assert.deepEqual((await runOn(now)).manifest, first.manifest, 'the failure touched nothing');

      const next = await runOn('2018-05-15T12:00:00Z');
      assert.equal(next.state, 'Succeeded');
      assert.equal(next.manifest.outputDigest, first.manifest.outputDigest, 'the same bars, the same bytes');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stops when cancelled', async () => {
    const reason = new Error('cancelled');
    const { failure, outputs } = await run(yahoo(), options(), now, AbortSignal.abort(reason));
    assert.equal(failure, reason);
    assert.equal(outputs.size, 0);
  });

  it('has parameters that change with the day, the days wanted and the limits, and with nothing else', async () => {
    const stage = createFetchStage({ environment: { YAHOO_QUERY_HOST: server.url } });
    const parameters = async (data: Record<string, unknown>, moment = now) =>
      JSON.stringify(await stage.parameters(specOf(data), { now: moment }));
    const base = await parameters({});
    assert.equal(base, await parameters({}, '2018-05-14T22:00:00Z'), 'the same day');
    assert.equal(base, await parameters({ retries: 1, timeoutSeconds: 3 }));
    assert.notEqual(base, await parameters({}, '2018-05-15T00:00:00Z'), 'the next day');
    for (const data of [
      { lookbackDays: 1000 },
      { minimumBars: 300 },
      { maximumGapDays: 5 },
      { maximumBarAgeDays: 3 },
    ]) {
      assert.notEqual(base, await parameters(data));
    }
    const ended = { start: '2013-05-13', end: '2017-12-31' };
    assert.equal(await parameters(ended), await parameters(ended, '2031-01-01T00:00:00Z'), 'the past stays');
    const elsewhere = await createFetchStage({
      environment: { YAHOO_QUERY_HOST: 'http://other:1' },
    }).parameters(specOf({}), { now });
    assert.notEqual(base, JSON.stringify(elsewhere));
  });
});
