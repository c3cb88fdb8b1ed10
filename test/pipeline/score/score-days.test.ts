import assert from 'node:assert/strict';
import type { ModelCard } from '../../../src/api/artifacts.ts';
import { decodeBooster } from '../../../src/models/booster/codec.ts';
import { decodeForest } from '../../../src/models/forest/codec.ts';
import { parseBars } from '../../../src/pipeline/bars-csv.ts';
import { readDataset } from '../../../src/pipeline/dataset.ts';
import { forecast } from '../../../src/pipeline/evaluate/forecasts.ts';
import { firstPending, type ServedModels, scoreDays } from '../../../src/pipeline/score/score-days.ts';
import { sampleBars } from '../../../support/bars.ts';
import { contextOf, type Files, trainedRun } from '../evaluate/memory-run.ts';

describe('days of a version that serves', () => {
  let served: ServedModels;
  let younger: Files;
  const bars = sampleBars().slice(0, 520);
  const all = new Set(bars.map(({ date }) => date));

  before(async () => {
    const files = await trainedRun(480);
    younger = await trainedRun(520);
    const file = (name: string) => files.get(name)!;
    served = {
      version: '0123456789ab',
      card: JSON.parse(file('Train/model.json').toString()) as ModelCard,
      booster: decodeBooster(file('Train/regressor.bin')),
      forest: decodeForest(file('Train/classifier.bin')),
      knownTo: parseBars(file('Fetch/bars.csv').toString()).at(-1)!.date,
    };
  });

  it('begin with the last bar that its run knew, and end where the truth is still to come', () => {
    const days = scoreDays(served, bars, all);
    assert.deepEqual(
      days.map(({ date }) => date),
      bars.slice(479, 519).map(({ date }) => date),
    );
  });

  it('have the forecasts that Evaluate would make of them, and its truth', async () => {
    // Another road to the same days: the dataset of a run on all the bars, with the thresholds of the one that serves.
    const dataset = await readDataset(contextOf('Evaluate', younger));
    const { card, booster, forest } = served;
    const from = dataset.dates.indexOf(served.knownTo);
    const expected = forecast(
      dataset,
      {
        booster,
        forest,
        trainedRows: card.trained.toRow,
        trainingMean: card.regressor.trainingMean,
        thresholds: card.risk.thresholds,
      },
      from,
      dataset.dates.length - 1,
    );
    const days = scoreDays(served, bars, all);
    assert.equal(days.length, expected.dates.length);
    days.forEach((day, row) => {
      assert.deepEqual(day, {
        date: expected.dates[row],
        version: served.version,
        actualReturn: expected.actualReturn[row],
        predictedReturn: expected.predictedReturn[row],
        meanReturn: expected.meanReturn[row],
        actualRisk: expected.actualRisk[row],
        predictedRisk: expected.predictedRisk[row],
        persistenceRisk: expected.persistenceRisk[row],
        knownPartRisk: expected.knownPartRisk[row],
      });
    });
  });

  it('do not change when more days follow: nothing looks ahead', () => {
    const whole = scoreDays(served, bars, all);
    for (const cut of [481, 490, 510]) {
      const known = scoreDays(served, bars.slice(0, cut), all);
      assert.equal(known.length, cut - 480);
      assert.deepEqual(known, whole.slice(0, known.length));
    }
  });

  it('are those of the version only, whatever its days', () => {
    const whole = scoreDays(served, bars, all);
    const own = new Set([490, 491, 505, 519].map(index => bars[index]!.date));
    assert.deepEqual(
      scoreDays(served, bars, own),
      whole.filter(({ date }) => own.has(date)),
    );
    assert.deepEqual(scoreDays(served, bars, new Set()), []);
  });

  for (const horizonDays of [1, 2, 5]) {
    it(`need a result that is known ${horizonDays} bars later`, () => {
      const { card } = served;
      const [windows, risk] = [
        { ...card.windows, horizonDays },
        { ...card.risk, horizonDays },
      ];
      const other = { ...served, card: { ...card, windows, risk } };
      assert.equal(scoreDays(other, bars, all).at(-1)?.date, bars[519 - horizonDays]!.date);
      assert.equal(firstPending(other, bars, all), bars[520 - horizonDays]!.date);
      assert.equal(firstPending(other, bars, new Set([bars[500]!.date])), undefined);
    });
  }

  it('are empty without a later bar, or when the bars are older than the version', () => {
    assert.deepEqual(scoreDays(served, bars.slice(0, 480), all), []);
    assert.deepEqual(scoreDays(served, bars.slice(0, 300), all), []);
    assert.deepEqual(scoreDays(served, [], all), []);
  });
});
