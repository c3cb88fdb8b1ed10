import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  artifactFiles,
  type FetchReport,
  type JsonValue,
  type StageName,
  stageNames,
} from '../../../src/api/artifacts.ts';
import type { Bar } from '../../../src/market/bar.ts';
import { StageWriter, stageFolder } from '../../../src/pipeline/artifacts.ts';
import { formatBars } from '../../../src/pipeline/bars-csv.ts';
import { formatJsonArtifact } from '../../../src/pipeline/json-artifact.ts';
import { versionFolder } from '../../../src/pipeline/run-folder.ts';
import { scoreByRun } from '../../../src/pipeline/score/score-by-run.ts';
import { readTrack, trackPath } from '../../../src/pipeline/score/track-store.ts';
import { soleTenure } from '../../../src/pipeline/stage-options.ts';
import { sampleBars } from '../../../support/bars.ts';
import { fetchReportOf } from '../../fixtures/fetch-report.ts';
import { type Files, trainedRun } from '../evaluate/memory-run.ts';

const version = '0123456789ab';

async function write(folder: string, stage: StageName, of: Files, parameters: JsonValue = {}): Promise<void> {
  await rm(stageFolder(folder, stage), { recursive: true, force: true });
  const writer = await StageWriter.create(stageFolder(folder, stage));
  for (const [name, bytes] of of) {
    const [from, file = ''] = name.split('/');
    if (from === stage) await writer.write(file, bytes);
  }
  await writer.commit({ stage, code: 'test', parameters, inputs: {}, metrics: {} });
}

/** Fetch's report of its bars: the sample's, unless a test overrides it. */
type ReportChanges = Partial<FetchReport> & { readonly origin?: string | null };

/** Fetch of a run or a version that has got these bars. */
function writeFetch(
  folder: string,
  bars: readonly Bar[],
  { origin = null, ...changes }: ReportChanges = {},
): Promise<void> {
  const files: Files = new Map([
    [`Fetch/${artifactFiles.bars}`, Buffer.from(formatBars(bars))],
    [`Fetch/${artifactFiles.fetchReport}`, Buffer.from(formatJsonArtifact(fetchReportOf(bars, changes)))],
  ]);
  return write(folder, 'Fetch', files, { origin, maximumGapDays: 10 });
}

describe('the version that serves, scored by a run', () => {
  let folder: string;
  let run: string;
  let trained: Files;
  const bars = sampleBars().slice(0, 520);

  before(async () => {
    trained = await trainedRun(480);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'score-by-run-'));
    run = join(folder, 'second');
    for (const stage of stageNames) await write(published(), stage, trained);
    await writeFetch(published(), bars.slice(0, 480));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const published = () => versionFolder(run, version);
  const fetch = (of: readonly Bar[], changes: ReportChanges = {}) => writeFetch(run, of, changes);
  const scored = () => scoreByRun(run, version, soleTenure(version));
  const track = () => readTrack(trackPath(folder, 'AAPL'));

  it('has every day whose result is known', async () => {
    await fetch(bars);
    await scored();
    assert.deepEqual(
      (await track()).map(({ date }) => date),
      bars.slice(479, 519).map(({ date }) => date),
    );
  });

  it('waits at a missing bar, so that each day has its own result', async () => {
    await fetch(bars);
    await scored();
    const whole = await track();
    await rm(trackPath(folder, 'AAPL'));
    const hole = { date: bars[516]!.date, reason: 'holds no price' };
    await fetch(bars.toSpliced(516, 1), { dropped: [hole] });
    await scored();
    assert.deepEqual(await track(), whole.slice(0, -4), 'up to the one whose next day is the hole');
    await fetch(bars);
    await scored();
    assert.deepEqual(await track(), whole, 'the source has filled it');
  });

  it('skips a day without trade, as training does', async () => {
    const halt = { date: bars[510]!.date, reason: 'holds no price' };
    await fetch(bars.toSpliced(510, 1), { dropped: [halt] });
    await scored();
    const days = await track();
    assert.equal(days.length, 39);
    const before = days.find(({ date }) => date === bars[509]!.date);
    assert.equal(before?.actualReturn, bars[511]!.close / bars[509]!.close - 1);
  });

  it('has a reason when no day can be scored', async () => {
    await fetch(bars.slice(0, 480));
    const score = await scored();
    assert.deepEqual(score, { live: null, problem: null, reason: 'no day can be scored yet' });
    assert.deepEqual(await track(), []);
  });

  const yahoo: ReportChanges = { source: 'Yahoo', origin: 'https://a.example' };
  const cases: [what: string, trainedOn: ReportChanges, offered: ReportChanges, reason: RegExp | null][] = [
    ['the same source', yahoo, yahoo, null],
    ['the same source, which keeps a currency to itself', yahoo, { ...yahoo, currency: null }, null],
    ['a file, as those before', { source: 'File', currency: null }, { source: 'File', currency: null }, null],
    [
      'another symbol',
      {},
      { symbol: 'MSFT' },
      /^it was trained on bars of AAPL from Sample in USD, and these are bars of MSFT from Sample in USD$/,
    ],
    ['another source', yahoo, { source: 'File', currency: null }, /AAPL from Yahoo .* AAPL from File$/],
    ['another source of the same currency', yahoo, {}, /from Yahoo .* from Sample in USD$/],
    [
      'another place of the same source',
      yahoo,
      { ...yahoo, origin: 'https://b.example' },
      /from Yahoo \(https:\/\/a\.example\) in USD, and .* from Yahoo \(https:\/\/b\.example\) in USD$/,
    ],
    ['another currency', yahoo, { ...yahoo, currency: 'EUR' }, /in USD, and these are .* in EUR$/],
  ];
  for (const [what, trainedOn, offered, reason] of cases) {
    it(`is ${reason === null ? 'scored' : 'not scored'} when the run's bars are from ${what}`, async () => {
      await writeFetch(published(), bars.slice(0, 480), trainedOn);
      await fetch(bars, offered);
      const score = await scored();
      if (reason === null) assert.equal(score.reason, null);
      else assert.match(score.reason ?? '', reason);
      assert.equal(score.live?.days, reason === null ? 40 : undefined);
      assert.equal((await track()).length, reason === null ? 40 : 0);
    });
  }
});
