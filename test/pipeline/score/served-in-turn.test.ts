/** Versions that serve one after the other: each day is scored once, by the one that served at its end. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchReportSchema, type ModelCard } from '../../../src/api/artifacts.ts';
import type { Tenure } from '../../../src/api/tenures.ts';
import { Failure } from '../../../src/failure.ts';
import { decodeBooster } from '../../../src/models/booster/codec.ts';
import { decodeForest } from '../../../src/models/forest/codec.ts';
import { type Served, scoreServed } from '../../../src/pipeline/score/score-served.ts';
import { readTrack, trackPath } from '../../../src/pipeline/score/track-store.ts';
import { sampleBars } from '../../../support/bars.ts';
import { trainedRun } from '../evaluate/memory-run.ts';

describe('versions that serve in turn', () => {
  const bars = sampleBars();
  const dateOf = (index: number) => bars[index]!.date;
  let folder: string;
  let trained: Served;

  before(async () => {
    const files = await trainedRun(300);
    const file = (name: string) => files.get(name)!;
    const fetched = fetchReportSchema.parse(JSON.parse(file('Fetch/fetch.json').toString()));
    trained = {
      version: '',
      card: JSON.parse(file('Train/model.json').toString()) as ModelCard,
      booster: decodeBooster(file('Train/regressor.bin')),
      forest: decodeForest(file('Train/classifier.bin')),
      knownTo: fetched.to,
      fetched: { ...fetched, origin: null, maximumGapDays: 10 },
    };
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'turns-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The same models, as a run on the bars up to `index` would have made them: `v<index>`. */
  function versionOf(index: number, horizonDays = 1, symbol = 'AAPL'): Served {
    const { card } = trained;
    return {
      ...trained,
      version: `v${index}`,
      knownTo: dateOf(index),
      fetched: { ...trained.fetched, symbol },
      card: {
        ...card,
        symbol,
        windows: { ...card.windows, horizonDays },
        risk: { ...card.risk, horizonDays },
      },
    };
  }
  /** Promoted an hour after the close of that bar's day. */
  const tenure = (version: number, from: number): Tenure => ({
    version: `v${version}`,
    since: `${dateOf(from)}T22:00:00Z`,
  });
  /** Scores on the bars up to `last`; versions that are not given are gone. */
  const score = (tenures: readonly Tenure[], versions: readonly Served[], last: number) => {
    const find = (version: string | undefined) => versions.find(served => served.version === version);
    const champion = find(tenures.at(-1)?.version);
    assert.ok(champion);
    const open = async (version: string) => {
      const found = find(version);
      if (found === undefined) throw new Failure('InputMissing', `${version} is missing`);
      return found;
    };
    return scoreServed(folder, champion, tenures, bars.slice(0, last + 1), open);
  };
  const track = async () =>
    (await readTrack(trackPath(folder, 'AAPL'))).map(({ date, version }) => `${date} ${version}`);
  const credited = (version: number, from: number, to: number) =>
    bars.slice(from, to + 1).map(({ date }) => `${date} v${version}`);

  it('keep the days of the one that was rolled back', async () => {
    const tenures = [tenure(479, 479), tenure(499, 499), tenure(479, 519)];
    await score(tenures, [versionOf(479), versionOf(499)], 540);
    const [v1, v2] = [credited(479, 479, 498), credited(499, 499, 518)];
    assert.deepEqual(await track(), [...v1, ...v2, ...credited(479, 519, 539)]);
    assert.deepEqual([v2[0], v2.at(-1)], ['2015-05-06 v499', '2015-06-03 v499']);
  });

  it('keep the days up to a late approval', async () => {
    const tenures = [tenure(479, 479), tenure(490, 520)];
    await score(tenures, [versionOf(479), versionOf(490)], 530);
    assert.deepEqual(await track(), [...credited(479, 479, 519), ...credited(490, 520, 529)]);
  });

  it('are scored on days before the first of them served, if it was not trained on them', async () => {
    await score([tenure(479, 520), tenure(530, 530)], [versionOf(479), versionOf(530)], 540);
    assert.deepEqual(await track(), [...credited(479, 479, 529), ...credited(530, 530, 539)]);
  });

  for (const horizonDays of [1, 2, 5]) {
    for (const [how, every] of [
      ['daily', 1],
      ['weekly', 5],
      ['monthly', 21],
    ] as const) {
      it(`omit no day when the result is known ${horizonDays} days later, retrained ${how}`, async () => {
        const first = 400;
        const last = first + Math.max(30, 4 * every);
        const [versions, tenures]: [Served[], Tenure[]] = [
          [versionOf(first, horizonDays)],
          [tenure(first, first)],
        ];
        for (let day = first + every; day <= last; day += every) {
          // Evaluate scores what serves, and then its run is promoted.
          await score(tenures.slice(-21), versions, day);
          versions.push(versionOf(day, horizonDays));
          tenures.push(tenure(day, day));
        }
        await score(tenures.slice(-21), versions, last);
        const expected = bars
          .slice(first, last - horizonDays + 1)
          .map(({ date }, i) => `${date} v${first + Math.floor(i / every) * every}`);
        assert.deepEqual(await track(), expected);
      });
    }
  }

  it('score no day before an earlier one whose result is not yet known', async () => {
    const tenures = [tenure(479, 479), tenure(499, 499)];
    const versions = [versionOf(479, 5), versionOf(499, 1)];
    await score(tenures, versions, 501);
    assert.deepEqual(await track(), credited(479, 479, 496));
    await score(tenures, versions, 503);
    assert.deepEqual(await track(), [...credited(479, 479, 498), ...credited(499, 499, 502)]);
  });

  it('do not score the days of a missing version, and report it', async () => {
    const tenures = [tenure(479, 479), tenure(499, 499), tenure(519, 519)];
    const { live, problem } = await score(tenures, [versionOf(479), versionOf(519)], 530);
    assert.deepEqual(await track(), [...credited(479, 479, 498), ...credited(519, 519, 529)]);
    assert.equal(live?.days, 31);
    assert.deepEqual(problem, {
      reason: 'InputMissing',
      message: 'The days of version v499 are not scored: v499 is missing',
    });
  });

  it('are not read when all of their days are scored', async () => {
    await score([tenure(479, 479)], [versionOf(479)], 520);
    const { problem } = await score([tenure(479, 479), tenure(519, 519)], [versionOf(519)], 530);
    assert.equal(problem, null);
    assert.deepEqual(await track(), [...credited(479, 479, 519), ...credited(519, 520, 529)]);
  });

  it('keep their days after a transient read failure', async () => {
    const tenures = [tenure(479, 479), tenure(499, 499)];
    const open = () => Promise.reject(new Failure('StorageFailed', 'no answer'));
    const champion = versionOf(499);
    await assert.rejects(scoreServed(folder, champion, tenures, bars.slice(0, 521), open), {
      reason: 'StorageFailed',
    });
    assert.deepEqual(await track(), []);
  });

  it('have no days for a symbol that they did not forecast', async () => {
    const tenures = [tenure(479, 479), tenure(499, 510)];
    const { problem } = await score(tenures, [versionOf(479, 1, 'MSFT'), versionOf(499)], 520);
    assert.equal(problem, null);
    assert.deepEqual(await track(), credited(499, 510, 519));
  });

  it('are opened once each', async () => {
    const opened: string[] = [];
    const open = async (version: string) => {
      opened.push(version);
      return versionOf(Number(version.slice(1)));
    };
    const tenures = [tenure(479, 479), tenure(499, 499), tenure(479, 509), tenure(499, 519)];
    await scoreServed(folder, versionOf(499), tenures, bars.slice(0, 531), open);
    assert.deepEqual(opened, ['v479']);
  });
});
