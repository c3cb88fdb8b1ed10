import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactFiles, type FetchReport, type StageName, stageNames } from '../../../src/api/artifacts.ts';
import type { Bar } from '../../../src/market/bar.ts';
import { formatBars } from '../../../src/market/bars-csv.ts';
import { StageWriter, stageFolder } from '../../../src/pipeline/artifacts.ts';
import { formatJsonArtifact } from '../../../src/pipeline/json-artifact.ts';
import { versionFolder } from '../../../src/pipeline/run-folder.ts';
import { scoreByRun } from '../../../src/pipeline/score/score-by-run.ts';
import { readTrack, trackPath } from '../../../src/pipeline/score/track-store.ts';
import type { JsonValue } from '../../../src/pipeline/stage.ts';
import { sampleBars } from '../../fixtures/bars.ts';
import { type Files, trainedRun } from '../evaluate/memory-run.ts';

const version = '0123456789ab';
const parameters = { maximumGapDays: 10 };

async function write(folder: string, stage: StageName, of: Files, by: JsonValue = {}): Promise<void> {
  const writer = await StageWriter.create(stageFolder(folder, stage));
  for (const [name, bytes] of of) {
    const [from, file = ''] = name.split('/');
    if (from === stage) await writer.write(file, bytes);
  }
  await writer.commit({ stage, code: 'test', parameters: by, inputs: {}, metrics: {} });
}

describe('what serves, scored by a run', () => {
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
    for (const stage of stageNames) {
      await write(versionFolder(run, version), stage, trained, stage === 'Fetch' ? parameters : {});
    }
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The run that has fetched these bars, and reports this besides. */
  async function fetch(of: readonly Bar[], report: Partial<FetchReport> = {}): Promise<void> {
    const whole: FetchReport = {
      symbol: 'AAPL',
      source: 'Sample',
      currency: 'USD',
      exchange: null,
      rows: of.length,
      from: of[0]!.date,
      to: of.at(-1)!.date,
      dropped: [],
      splits: [],
      ...report,
    };
    const files: Files = new Map([
      [`Fetch/${artifactFiles.bars}`, Buffer.from(formatBars(of))],
      [`Fetch/${artifactFiles.fetchReport}`, Buffer.from(formatJsonArtifact(whole))],
    ]);
    await rm(stageFolder(run, 'Fetch'), { recursive: true, force: true });
    await write(run, 'Fetch', files, parameters);
  }
  const track = () => readTrack(trackPath(folder, 'AAPL'));

  it('has every day that has come true', async () => {
    await fetch(bars);
    await scoreByRun(run, version);
    assert.deepEqual(
      (await track()).map(({ date }) => date),
      bars.slice(479, 519).map(({ date }) => date),
    );
  });

  it('waits at a bar that the source still owes, so that each day has its own truth', async () => {
    await fetch(bars);
    await scoreByRun(run, version);
    const whole = await track();
    await rm(trackPath(folder, 'AAPL'));
    const hole = { date: bars[516]!.date, reason: 'holds no price' };
    await fetch(bars.toSpliced(516, 1), { dropped: [hole] });
    await scoreByRun(run, version);
    assert.deepEqual(await track(), whole.slice(0, -4), 'up to the one whose next day is the hole');
    await fetch(bars);
    await scoreByRun(run, version);
    assert.deepEqual(await track(), whole, 'the source has filled it');
  });

  it('goes over a day without trade, as training does', async () => {
    const halt = { date: bars[510]!.date, reason: 'holds no price' };
    await fetch(bars.toSpliced(510, 1), { dropped: [halt] });
    await scoreByRun(run, version);
    const days = await track();
    assert.equal(days.length, 39);
    const before = days.find(({ date }) => date === bars[509]!.date);
    assert.equal(before?.actualReturn, bars[511]!.close / bars[509]!.close - 1);
  });
});
