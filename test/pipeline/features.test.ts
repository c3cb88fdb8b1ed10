import assert from 'node:assert/strict';
import type { z } from 'zod';
import { fetchReportSchema } from '../../src/api/artifacts.ts';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { riskLevel } from '../../src/features/risk.ts';
import type { Bar } from '../../src/market/bar.ts';
import { formatBars } from '../../src/pipeline/bars-csv.ts';
import { readDataset } from '../../src/pipeline/dataset.ts';
import { featuresStage } from '../../src/pipeline/features.ts';
import type { StageContext } from '../../src/pipeline/stage.ts';
import { barsOf, sampleBars } from '../../support/bars.ts';
import { fetchReportOf } from '../fixtures/fetch-report.ts';

const environment = { now: '2018-05-12T00:00:00Z' };

/** Runs the stage in memory. */
async function run(bars: readonly Bar[], spec: z.input<typeof trainingRunSpecSchema> = {}) {
  const inputs = new Map([
    ['fetch.json', JSON.stringify(fetchReportSchema.parse(fetchReportOf(bars)))],
    ['bars.csv', formatBars(bars)],
  ]);
  const outputs = new Map<string, string>();
  const context: StageContext = {
    spec: trainingRunSpecSchema.parse(spec),
    input: async (_stage, file) => Buffer.from(inputs.get(file)!),
    output: async (file, data) => void outputs.set(file, data.toString()),
    progress: () => {},
    runTask: () => assert.fail('the stage needs no workers'),
    signal: new AbortController().signal,
  };
  const metrics = await featuresStage.run(context, environment);
  const dataset = await readDataset({ input: async (_stage, file) => Buffer.from(outputs.get(file)!) });
  return { outputs, metrics, dataset };
}

describe('the Features stage', () => {
  const bars = sampleBars();

  it('turns the sample into a dataset that reads back', async () => {
    const { dataset, metrics, outputs } = await run(bars);
    const { description, dates, close, x, returnNext } = dataset;
    assert.deepEqual([...outputs.keys()].toSorted(), ['dataset.json', 'features.csv']);
    assert.equal(description.rows, bars.length - 69);
    assert.equal(dates[0], bars[69]!.date);
    assert.equal(close[0], bars[69]!.close);
    assert.equal(returnNext[0], bars[70]!.close / bars[69]!.close - 1);
    assert.equal(x.columns, description.features.length);
    assert.equal(description.labelledRows, description.rows - 1);
    assert.ok(description.leakage.cutPoints >= 90);
    assert.equal(metrics.rows, description.rows);
  });

  it('holds out the last fifth behind an embargo, and takes the thresholds from the training window alone', async () => {
    const { dataset } = await run(bars);
    const { training, holdout, labelledRows, risk } = dataset.description;
    assert.equal(holdout.toRow, labelledRows);
    assert.equal(holdout.toRow - holdout.fromRow, Math.round(labelledRows * 0.2));
    assert.equal(training.fromRow, 0);
    assert.equal(training.toRow, holdout.fromRow - 21);

    const counts = [0, 0, 0];
    for (const each of dataset.volatilityAhead.subarray(0, training.toRow)) {
      counts[riskLevel(each, risk.thresholds)]! += 1;
    }
    for (const count of counts) assert.ok(Math.abs(count - training.toRow / 3) <= 1, `${counts}`);

    const wild = bars.map((bar, i) =>
      i < bars.length - 250 ? bar : { ...bar, close: bar.open * (1 + (i % 2)) },
    );
    const { dataset: other } = await run(wild);
    assert.deepEqual(other.description.training, training);
    assert.deepEqual(other.description.risk.thresholds, risk.thresholds);
  });

  it('writes the same bytes for the same bars', async () => {
    assert.deepEqual((await run(bars)).outputs, (await run(bars)).outputs);
  });

  it('follows the windows and the horizon of the spec', async () => {
    const { dataset } = await run(bars, {
      features: { shortWindow: 5, longWindow: 100, rsiPeriod: 7, volatilityWindow: 21 },
      risk: { horizonDays: 5 },
    });
    assert.equal(dataset.description.rows, bars.length - 99);
    assert.equal(dataset.description.labelledRows, dataset.description.rows - 5);
    assert.equal(dataset.volatilityAhead[0], dataset.volatilityNow[5]);
  });

  it('depends on the parts of the spec that it uses and on no others', () => {
    const parameters = (spec: z.input<typeof trainingRunSpecSchema>) =>
      featuresStage.parameters(trainingRunSpecSchema.parse(spec), environment);
    assert.deepEqual(
      parameters({ seed: 2, classifier: { trees: 3 }, validation: { folds: 3 } }),
      parameters({}),
    );
    for (const spec of [
      { features: { shortWindow: 11 } },
      { risk: { lowQuantile: 0.2 } },
      { validation: { testFraction: 0.3 } },
      { validation: { embargoDays: 5 } },
    ]) {
      assert.notDeepEqual(parameters(spec), parameters({}));
    }
  });

  it('reports the numbers when there are too few bars', () =>
    assert.rejects(run(bars.slice(0, 200)), {
      reason: 'TooFewBars',
      message:
        /^200 bars leave 83 training and 26 holdout rows, where at least 100 and 20 are needed: the windows take 69 bars, the horizon 1, the embargo 21$/,
    }));

  it('reports when there is not even one row', () =>
    assert.rejects(run(bars.slice(0, 30)), { reason: 'TooFewBars', message: /0 training and 0 holdout/ }));

  it('refuses a walk-forward that Evaluate could not make, before anything is trained', () =>
    assert.rejects(
      run(bars.slice(0, 400), { validation: { walkForwardFolds: 50, embargoDays: 120, testFraction: 0.1 } }),
      { reason: 'TooFewBars', message: /^walk-forward: 330 rows are too few for 50 folds/ },
    ));

  it('refuses prices that never move', () =>
    assert.rejects(run(barsOf(Array<number>(500).fill(10))), {
      reason: 'InvalidBars',
      message: /prices that hardly move have no risk classes/,
    }));

  it('refuses bars that no feature can be made of', () =>
    assert.rejects(run(bars.with(400, { ...bars[400]!, close: 1e300 })), {
      reason: 'InvalidBars',
      message: /^(ma_10_ratio|volatility_10) of \d{4}-\d\d-\d\d is /,
    }));
});
