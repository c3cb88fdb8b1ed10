import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchReportSchema, type ModelCard } from '../../../src/api/artifacts.ts';
import { liveScoreSchema } from '../../../src/api/live.ts';
import type { Bar } from '../../../src/market/bar.ts';
import { decodeBooster } from '../../../src/models/booster/codec.ts';
import { decodeForest } from '../../../src/models/forest/codec.ts';
import { type Served, scoreServed } from '../../../src/pipeline/score/score-served.ts';
import { readTrack, trackPath } from '../../../src/pipeline/score/track-store.ts';
import { soleTenure } from '../../../src/pipeline/stage-options.ts';
import { sampleBars } from '../../../support/bars.ts';
import { trainedRun } from '../evaluate/memory-run.ts';

async function servedOf(bars: number, version: string): Promise<Served> {
  const files = await trainedRun(bars);
  const file = (name: string) => files.get(name)!;
  const fetched = fetchReportSchema.parse(JSON.parse(file('Fetch/fetch.json').toString()));
  return {
    version,
    card: JSON.parse(file('Train/model.json').toString()) as ModelCard,
    booster: decodeBooster(file('Train/regressor.bin')),
    forest: decodeForest(file('Train/classifier.bin')),
    knownTo: fetched.to,
    fetched: { ...fetched, origin: null, maximumGapDays: 10 },
  };
}

describe('the track record of the version that serves', () => {
  let folder: string;
  let first: Served;
  let second: Served;
  const bars = sampleBars();
  const until = (count: number) => bars.slice(0, count);
  /** By the version that serves alone. */
  const scored = async (served: Served, days: readonly Bar[]) =>
    (await scoreServed(folder, served, soleTenure(served.version), days)).live;
  const trackOf = (symbol = 'AAPL') => readTrack(trackPath(folder, symbol));

  before(async () => {
    first = await servedOf(480, '000000000001');
    second = await servedOf(500, '000000000002');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'track-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is empty until there is a later bar', async () => {
    assert.equal(await scored(first, until(480)), null);
    assert.deepEqual(await readdir(folder), []);
  });

  it('grows by the later days, each scored once', async () => {
    await scored(first, until(501));
    const early = await trackOf();
    assert.equal(early.length, 21);
    const score = await scored(second, until(521));
    const days = await trackOf();
    assert.deepEqual(days.slice(0, 21), early);
    assert.deepEqual(
      days.map(({ version }) => version),
      [...Array(21).fill(first.version), ...Array(20).fill(second.version)],
    );
    assert.deepEqual(
      days.map(({ date }) => date),
      bars.slice(479, 520).map(({ date }) => date),
    );
    assert.deepEqual(liveScoreSchema.parse(score), score);
    const { windows, ...rest } = score ?? { windows: [] };
    assert.deepEqual(rest, {
      symbol: 'AAPL',
      version: second.version,
      days: 41,
      firstDay: bars[479]!.date,
      lastDay: bars[519]!.date,
    });
    assert.deepEqual(
      windows.map(({ window, figures }) => [window, figures.days]),
      [
        [20, '20'],
        [60, '41'],
      ],
    );
  });

  it('writes nothing and returns the same figures without a new day', async () => {
    const score = await scored(first, until(501));
    const { ino } = await stat(trackPath(folder, 'AAPL'));
    assert.deepEqual(await scored(first, until(501)), score);
    assert.deepEqual(await scored(first, until(490)), score);
    assert.equal((await stat(trackPath(folder, 'AAPL'))).ino, ino);
  });

  it('keeps scored days, whatever the source returns for them later', async () => {
    await scored(first, until(501));
    const before = await trackOf();
    // One close alone: the return of that day and of the next, and risks after it, are other ones now.
    const revised = until(502).with(490, { ...bars[490]!, close: bars[490]!.close * 1.2 });
    await scored(first, revised);
    const after = await trackOf();
    assert.deepEqual(after.slice(0, before.length), before);
    assert.equal(after.length, before.length + 1);
    await rm(trackPath(folder, 'AAPL'));
    await scored(first, revised);
    const rescored = await trackOf();
    assert.notDeepEqual(
      rescored.slice(0, before.length),
      before,
      'scoring again must change the earlier days',
    );
    assert.equal(rescored.length, after.length);
  });

  it('is one for each symbol', async () => {
    const other = { ...first, card: { ...first.card, symbol: '^GSPC' } };
    await scored(first, until(501));
    await scored(other, until(491));
    assert.deepEqual([(await trackOf()).length, (await trackOf('^GSPC')).length], [21, 11]);
  });

  it('is refused, and not changed, when it was altered', async () => {
    await scored(first, until(501));
    const file = trackPath(folder, 'AAPL');
    await appendFile(file, 'x');
    const before = await readFile(file, 'utf8');
    await assert.rejects(scored(first, until(521)), { reason: 'InputAltered' });
    assert.equal(await readFile(file, 'utf8'), before);
  });
});
