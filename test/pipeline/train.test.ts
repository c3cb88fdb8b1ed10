import assert from 'node:assert/strict';
import { type DatasetDescription, modelCardSchema } from '../../src/api/artifacts.ts';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { Failure } from '../../src/failure.ts';
import { riskLevel, riskThresholds } from '../../src/features/risk.ts';
import { decodeBooster } from '../../src/models/booster/codec.ts';
import { decodeForest } from '../../src/models/forest/codec.ts';
import { predictRisk } from '../../src/models/forest/predict.ts';
import { sliceRows } from '../../src/models/matrix.ts';
import { Random } from '../../src/models/random.ts';
import { tuningSplits } from '../../src/models/tuning-splits.ts';
import { type Dataset, formatDataset } from '../../src/pipeline/dataset.ts';
import type { StageContext } from '../../src/pipeline/stage.ts';
import { trainStage } from '../../src/pipeline/train.ts';
import { TrainingPool } from '../../src/pipeline/training-pool.ts';

const rows = 260;
const trainingRows = 180;
const columns = 2;
const spec = trainingRunSpecSchema.parse({
  regressor: { maxDepth: [1], learningRate: [0.1], minChildWeight: [20], rounds: 20 },
  classifier: { trees: 8, maxDepth: [3], sampling: 'Stratified' },
  validation: { folds: 3, embargoDays: 5 },
});
const environment = { now: '2026-01-01T00:00:00.000Z' };

/** The first feature drives the return, the second is the volatility ahead. */
function dataset(): Dataset {
  const random = new Random(1);
  const uniform = () => Float64Array.from({ length: rows }, () => random.uniform());
  const values = Float64Array.from({ length: rows * columns }, () => random.uniform());
  const day = (row: number) => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
  const dates = Array.from({ length: rows }, (_, row) => day(row));
  const unknownLast = (value: number, row: number) => (row === rows - 1 ? Number.NaN : value);
  const volatilityAhead = Float64Array.from({ length: rows }, (_, row) => values[2 * row + 1]!);
  const window = (fromRow: number, toRow: number) => ({
    fromRow,
    toRow,
    from: day(fromRow),
    to: day(toRow - 1),
  });
  const feature = { description: 'a number', unit: 'none', minimum: null, maximum: null, lookback: 1 };
  const description: DatasetDescription = {
    symbol: 'TEST',
    features: [
      { name: 'drive', ...feature },
      { name: 'risk', ...feature },
    ],
    windows: { shortWindow: 2, longWindow: 3, rsiPeriod: 2, volatilityWindow: 3, horizonDays: 1 },
    rows,
    labelledRows: rows - 1,
    training: window(0, trainingRows),
    holdout: window(trainingRows + 5, rows - 1),
    risk: {
      window: 3,
      horizonDays: 1,
      thresholds: riskThresholds(volatilityAhead.subarray(0, trainingRows), 0.33, 0.67),
    },
    leakage: { cutPoints: 1, comparedValues: 2 },
  };
  return {
    description,
    dates,
    close: uniform(),
    x: { rows, columns, values },
    returnNext: Float64Array.from({ length: rows }, (_, row) => 0.02 * values[2 * row]! - 0.01).map(
      unknownLast,
    ),
    volatilityAhead: volatilityAhead.map(unknownLast),
    volatilityNow: uniform(),
    volatilityKnown: uniform(),
  };
}

const data = dataset();

/** Runs Train in memory. */
async function train(from: Dataset, pool: TrainingPool, signal = new AbortController().signal) {
  const inputs: Record<string, string> = {
    'dataset.json': JSON.stringify(from.description),
    'features.csv': formatDataset(from, from.description.features),
  };
  const outputs: Record<string, Buffer> = {};
  const progress: [number, string][] = [];
  const boostedRows: number[] = [];
  const context: StageContext = {
    spec,
    input: async (stage, file) => Buffer.from(stage === 'Features' ? inputs[file]! : assert.fail(stage)),
    output: async (file, bytes) => {
      outputs[file] = Buffer.from(bytes);
    },
    progress: (fraction, message) => progress.push([fraction, message]),
    runTask: (name, input) => {
      if (name === 'trainBooster') boostedRows.push(input.x.rows);
      return pool.runTask(name, input);
    },
    signal,
  };
  return { metrics: await trainStage.run(context, environment), outputs, progress, boostedRows };
}

describe('the Train stage', () => {
  const pool = new TrainingPool(2);
  let trained: Awaited<ReturnType<typeof train>>;
  before(async () => {
    trained = await train(data, pool);
  });
  after(() => pool.close());

  it('writes two models and a card that describes them', () => {
    const { outputs, metrics } = trained;
    assert.deepEqual(Object.keys(outputs).sort(), ['classifier.bin', 'model.json', 'regressor.bin']);
    const card = modelCardSchema.parse(JSON.parse(outputs['model.json']!.toString()));
    assert.deepEqual(card.trained, data.description.training);
    assert.deepEqual(card.features, data.description.features);
    const booster = decodeBooster(outputs['regressor.bin']!);
    assert.equal(booster.roots.length, card.regressor.trees);
    assert.equal(booster.base, Math.fround(card.regressor.trainingMean));
    assert.ok(card.regressor.trees > 0, card.regressor.choice);
    assert.equal(decodeForest(outputs['classifier.bin']!).trees, 8);
    assert.equal(metrics.trainingRows, trainingRows);
    assert.equal(metrics.trainingMean, String(Number(card.regressor.trainingMean.toPrecision(5))));
  });

  it('tunes by the folds and the embargo of the spec, then trains on the whole window', () => {
    const splits = tuningSplits(trainingRows, 3, 5);
    assert.deepEqual(trained.boostedRows, [...splits.map(split => split.trainEnd), trainingRows]);
  });

  it('learns the classes of the dataset’s own thresholds', () => {
    const forest = decodeForest(trained.outputs['classifier.bin']!);
    const { levels } = predictRisk(forest, sliceRows(data.x, 0, trainingRows));
    const right = levels.filter(
      (level, row) => level === riskLevel(data.volatilityAhead[row]!, data.description.risk.thresholds),
    );
    assert.ok(right.length > 0.9 * trainingRows, `${right.length} of ${trainingRows}`);
  });

  it('writes the same bytes again, on any number of workers', async () => {
    const single = new TrainingPool(1);
    try {
      assert.deepEqual(await train(data, single).then(again => again.outputs), trained.outputs);
    } finally {
      await single.close();
    }
  });

  it('never looks past the training window', async () => {
    const future = dataset();
    for (let row = trainingRows; row < rows; row++) {
      future.x.values.fill(7, row * columns, (row + 1) * columns);
      if (row < rows - 1) {
        future.returnNext[row] = 0.5;
        future.volatilityAhead[row] = 9;
      }
    }
    assert.deepEqual((await train(future, pool)).outputs, trained.outputs);
  });

  it('reports progress up to the end', () => {
    const { progress } = trained;
    const fractions = progress.map(([fraction]) => fraction);
    assert.deepEqual(
      fractions,
      fractions.toSorted((a, b) => a - b),
    );
    assert.equal(fractions.at(-1), 1);
    assert.match(progress.at(-1)![1], /regressor 100 %, classifier 100 %/);
  });

  it('stops when the run is cancelled', async () => {
    const reason = new Failure('Interrupted', 'the run was stopped');
    await assert.rejects(train(data, pool, AbortSignal.abort(reason)), reason);
  });

  it('writes nothing when the dataset is damaged', async () => {
    const damaged = { ...data, description: { ...data.description, rows: rows + 1 } };
    await assert.rejects(train(damaged, pool), /260 rows, but dataset\.json has 261/);
  });

  it('depends on what it trains with and on nothing else', () => {
    const parameters = (change: object) =>
      JSON.stringify(trainStage.parameters(trainingRunSpecSchema.parse(change), environment));
    assert.notEqual(parameters({ seed: 2 }), parameters({}));
    assert.notEqual(parameters({ regressor: { rounds: 7 } }), parameters({}));
    assert.notEqual(parameters({ classifier: { trees: 7 } }), parameters({}));
    assert.notEqual(parameters({ validation: { embargoDays: 7 } }), parameters({}));
    // Evaluate's own setting.
    assert.equal(parameters({ validation: { walkForwardFolds: 7 } }), parameters({}));
  });
});
