import assert from 'node:assert/strict';
import { manifestSchema } from '../../../src/api/artifacts.ts';
import { trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { createFetchStage, type FetchOptions } from '../../../src/pipeline/fetch.ts';
import { fetchSince } from '../../../src/pipeline/score/fetch-since.ts';
import { type Fetched, readFetched } from '../../../src/pipeline/score/fetched.ts';
import { type ChartResult, sampleBars } from '../../market/sources/yahoo/chart.ts';
import { startYahooServer, type YahooServer } from '../../market/sources/yahoo/server.ts';

const now = '2018-05-14T12:00:00Z';
const columns = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The exchange is closed for so many sessions from this one on. */
const closed = (first: string, sessions: number) => (result: ChartResult) => {
  const { timestamp = [], indicators } = result;
  const at = timestamp.findIndex(seconds => new Date(seconds * 1000).toISOString().startsWith(first));
  assert.ok(at > 0, `no session on ${first}`);
  timestamp.splice(at, sessions);
  for (const column of columns) indicators.quote[0][column].splice(at, sessions);
};

/** Number of bars that the fake server has. */
const barsFrom = (first: string) => sampleBars().filter(({ date }) => date >= first).length;

describe('the later bars', () => {
  let server: YahooServer;
  beforeEach(async () => {
    server = await startYahooServer({ now: () => Date.parse(now) });
  });
  afterEach(() => server.close());

  const options = (): FetchOptions => ({
    environment: { YAHOO_QUERY_HOST: server.url },
    retryTools: { random: () => 0, sleep: async () => {} },
  });
  const work = { signal: new AbortController().signal, progress: () => {} };

  /** As the version's Fetch wrote it, with the data fields of its spec. */
  async function fetchedBy(data: object, symbol = 'AAPL'): Promise<Fetched> {
    const spec = trainingRunSpecSchema.parse({ symbol, data });
    const stage = createFetchStage(options());
    const files = new Map<string, Buffer>();
    const environment = { now };
    const output = async (file: string, text: string | Uint8Array) => void files.set(file, Buffer.from(text));
    const unasked = () => assert.fail('Fetch does without');
    await stage.run({ ...work, spec, input: unasked, output, runTask: unasked }, environment);
    const digest = '0'.repeat(64);
    const manifest = manifestSchema.parse({
      formatVersion: 1,
      stage: 'Fetch',
      inputDigest: digest,
      outputDigest: digest,
      code: 'test',
      parameters: await stage.parameters(spec, environment),
      inputs: {},
      outputs: [],
      metrics: {},
    });
    return readFetched({ folder: 'fetch', manifest, read: async file => files.get(file)! });
  }

  const since = (fetched: Fetched, moment = now) => fetchSince(fetched, { ...work, now: moment }, options());
  const lastDays = async (fetched: Fetched, moment = now) => {
    const bars = await since(fetched, moment);
    return [bars[0]?.date, bars.at(-1)?.date];
  };

  it("begin with the version's first bar, and end with the latest", async () => {
    const fetched = await fetchedBy({ start: '2014-01-01', end: '2018-02-09' });
    assert.deepEqual(await lastDays(fetched), ['2014-01-02', '2018-05-11']);
    const sample = await fetchedBy({ source: 'Sample', end: '2018-02-09' });
    assert.deepEqual(await lastDays(sample), ['2013-05-13', '2018-05-11']);
  });

  it('may have a gap as long as the version accepts, and none that is longer', async () => {
    const data = { start: '2014-01-01', end: '2018-02-09' };
    const [patient, usual] = [await fetchedBy({ ...data, maximumGapDays: 15 }), await fetchedBy(data)];
    // From Friday the 9th of March to Tuesday the 20th: eleven days.
    server.edit = closed('2018-03-12', 6);
    assert.equal((await since(patient)).length, barsFrom('2014-01-01') - 6);
    await assert.rejects(since(usual), {
      reason: 'InvalidBars',
      message: /more days after row 1054 \(2018-03-09\) than data\.maximumGapDays, 10/,
    });
  });

  it('may be as few as those of a young symbol', async () => {
    const data = { start: '2017-05-01', end: '2018-05-01', minimumBars: 250 };
    assert.equal((await since(await fetchedBy(data))).length, barsFrom('2017-05-01'));
  });

  it('may be old: no new bar is not an error', async () => {
    const fetched = await fetchedBy({ start: '2014-01-01', end: '2018-05-11' });
    assert.deepEqual(await lastDays(fetched, '2018-06-02T12:00:00Z'), ['2014-01-02', '2018-05-11']);
  });

  it('end before a recent day without a price', async () => {
    const fetched = await fetchedBy({ start: '2014-01-01', end: '2018-02-09' });
    const without = (days: number) => (result: ChartResult) => {
      for (const column of columns) result.indicators.quote[0][column].splice(-days, 1, null);
    };
    // The latest are of Tuesday the 8th to Friday the 11th of May.
    server.edit = without(2);
    assert.deepEqual(await lastDays(fetched), ['2014-01-02', '2018-05-09']);
    server.edit = without(6);
    assert.deepEqual(await lastDays(fetched), ['2014-01-02', '2018-05-11']);
  });

  it('are refused when they do not continue the bars that the version was trained on', async () => {
    const fetched = await fetchedBy({ start: '2014-01-01', end: '2018-02-09' });
    for (const [other, message] of [
      [{ ...fetched, origin: 'https://elsewhere.example' }, /trained on .* from Yahoo \(https:\/\/elsewhere/],
      [{ ...fetched, currency: 'EUR' }, /in EUR, and these are .* in USD$/],
    ] as const) {
      await assert.rejects(since(other), { reason: 'InvalidSpec', message });
    }
  });

  it('cannot be fetched when the symbol is unknown, has no more bars, or came from a file', async () => {
    const fetched = await fetchedBy({ start: '2014-01-01', end: '2018-02-09' });
    await assert.rejects(since({ ...fetched, symbol: 'NONE' }), { reason: 'UnknownSymbol' });
    await assert.rejects(since({ ...fetched, source: 'File' }), { reason: 'InvalidSpec' });
    server.edit = result => {
      delete result.timestamp;
      Object.assign(result.indicators, { quote: [{}], adjclose: [{}] });
    };
    await assert.rejects(since(fetched), { reason: 'NoData' });
  });
});
