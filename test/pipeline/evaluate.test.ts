import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { goldenSchema } from '../../src/api/artifacts.ts';
import { type Evaluation, evaluationSchema } from '../../src/api/evaluation.ts';
import type { Prediction } from '../../src/api/predictions.ts';
import { sliceRows } from '../../src/models/matrix.ts';
import { readDataset } from '../../src/pipeline/dataset.ts';
import { forecast } from '../../src/pipeline/evaluate/forecasts.ts';
import { featureImportances } from '../../src/pipeline/evaluate/importances.ts';
import { readModels } from '../../src/pipeline/evaluate/trained-model.ts';
import { classificationVerdict, regressionVerdict } from '../../src/pipeline/evaluate/verdict.ts';
import { evaluateStage } from '../../src/pipeline/evaluate.ts';
import { parsePredictions } from '../../src/pipeline/predictions.ts';
import { TrainingPool } from '../../src/pipeline/training-pool.ts';
import { contextOf, evaluateRun, type Files, smallSpec, trainedRun } from './evaluate/memory-run.ts';

const outputs = ['evaluation.json', 'predictions.csv', 'golden.json', 'report.html'] as const;

describe('Evaluate', () => {
  let files: Files;
  let run: Awaited<ReturnType<typeof evaluateRun>>;
  let evaluation: Evaluation;
  let predictions: Prediction[];
  const progress: [fraction: number, message: string][] = [];
  before(async () => {
    files = await trainedRun();
    run = await evaluateRun(files, { progress: (fraction, message) => progress.push([fraction, message]) });
    evaluation = evaluationSchema.parse(JSON.parse(run.text('evaluation.json')));
    predictions = parsePredictions(run.text('predictions.csv'));
  });

  it('evaluates walk-forward and holdout on the rows that it reports', () => {
    const { walkForward, holdout, training, regression, classification } = evaluation;
    const embargo = smallSpec.validation.embargoDays;
    equal(holdout.fromRow, training.toRow + embargo);
    equal(walkForward.fromRow, 200 + embargo);
    equal(walkForward.toRow, holdout.toRow);
    for (const scores of [regression, classification]) {
      equal(scores.walkForward.rows, walkForward.toRow - walkForward.fromRow);
      equal(scores.holdout.rows, holdout.toRow - holdout.fromRow);
    }
    equal(regression.folds.length, 3);
    equal(regression.folds[0]!.from, walkForward.from);
    equal(regression.folds.at(-1)!.to, walkForward.to);
    equal(evaluation.bars.count, 480);
  });

  it('writes predictions from which every accuracy and error can be worked out again', () => {
    for (const [set, returns, risks] of [
      ['walk_forward', evaluation.regression.walkForward, evaluation.classification.walkForward],
      ['holdout', evaluation.regression.holdout, evaluation.classification.holdout],
    ] as const) {
      const rows = predictions.filter(row => row.set === set);
      equal(rows.length, returns.rows);
      const share = (right: (row: Prediction) => boolean) => rows.filter(right).length / rows.length;
      equal(
        risks.model.accuracy,
        share(row => row.predictedRisk === row.actualRisk),
      );
      equal(
        risks.baselines.persistence.accuracy,
        share(row => row.persistenceRisk === row.actualRisk),
      );
      equal(
        risks.baselines.knownPart.accuracy,
        share(row => row.knownPartRisk === row.actualRisk),
      );
      const rmse = Math.sqrt(
        rows.reduce((sum, row) => sum + (row.actualReturn - row.predictedReturn) ** 2, 0) / rows.length,
      );
      ok(Math.abs(rmse - returns.model.rmse) < 1e-15);
    }
  });

  it('draws its verdicts from the walk-forward first, and importances from the holdout', async () => {
    const { regression, classification, holdout } = evaluation;
    deepEqual(regression.verdict, regressionVerdict(regression.walkForward, regression.holdout));
    deepEqual(
      classification.verdict,
      classificationVerdict(classification.walkForward, classification.holdout),
    );
    const context = contextOf('Evaluate', files);
    const dataset = await readDataset(context);
    const { models } = await readModels(context, dataset.description);
    const { fromRow, toRow } = holdout;
    const { features } = dataset.description;
    const forecasts = forecast(dataset, models, fromRow, toRow);
    const x = sliceRows(dataset.x, fromRow, toRow);
    deepEqual(
      { regression: regression.importances, classification: classification.importances },
      featureImportances(features, x, forecasts, models, smallSpec.seed),
    );
  });

  it('keeps golden rows of the holdout, with the answers of the served models', () => {
    const golden = goldenSchema.parse(JSON.parse(run.text('golden.json')));
    const holdout = new Map(predictions.filter(row => row.set === 'holdout').map(row => [row.date, row]));
    ok(golden.rows.length >= 32 && golden.rows.length <= 64);
    for (const { date, predictedReturn, riskLevel, probabilities } of golden.rows) {
      const prediction = holdout.get(date)!;
      equal(predictedReturn, prediction.predictedReturn);
      equal(riskLevel, prediction.predictedRisk);
      deepEqual(probabilities, prediction.probabilities);
    }
  });

  it('writes a report and the headline figures', () => {
    match(run.text('report.html'), /^<!doctype html>/);
    ok(run.text('report.html').includes('AAPL'));
    equal(run.metrics.returnVerdict, evaluation.regression.verdict.outcome);
    equal(
      Number(run.metrics.accuracy).toFixed(3),
      evaluation.classification.holdout.model.accuracy.toFixed(3),
    );
  });

  it('reports progress', () => {
    const fractions = progress.map(([fraction]) => fraction);
    deepEqual(
      fractions,
      fractions.toSorted((a, b) => a - b),
    );
    ok(fractions.every(fraction => fraction > 0 && fraction <= 1));
    equal(progress[0]![1], 'walk-forward: 1 of 3 folds');
  });

  for (const workers of [1, 3]) {
    it(`writes the same bytes on ${workers} workers`, async () => {
      const pool = new TrainingPool(workers);
      try {
        const again = await evaluateRun(files, { runTask: pool.runTask });
        for (const file of outputs) ok(again.text(file) === run.text(file), `${file} differs`);
      } finally {
        await pool.close();
      }
    });
  }

  it('has the seed and all that shapes a model among its parameters', () => {
    deepEqual(Object.keys(evaluateStage.parameters(smallSpec, { now: '' }) as object).toSorted(), [
      'classifier',
      'regressor',
      'risk',
      'seed',
      'validation',
    ]);
    deepEqual(evaluateStage.reads, ['Fetch', 'Features', 'Train']);
  });

  const damage: [file: string, bytes: string, message: RegExp][] = [
    ['Fetch/bars.csv', 'date,open\n', /bars.csv/],
    ['Features/features.csv', 'date,close\n', /header/],
    ['Features/dataset.json', '{}', /dataset.json/],
    ['Train/model.json', '{"formatVersion":2}', /model.json/],
    ['Train/regressor.bin', 'BWGB', /./],
    ['Train/classifier.bin', 'BWFOREST', /./],
  ];
  for (const [file, bytes, message] of damage) {
    it(`refuses a ${file} that is none, and writes nothing`, async () => {
      const written: string[] = [];
      await rejects(
        evaluateRun(new Map([...files, [file, Buffer.from(bytes)]]), {
          output: async name => {
            written.push(name);
          },
        }),
        { name: 'Failure', reason: 'InvalidArtifact', message },
      );
      deepEqual(written, []);
    });
  }

  it('ends with the reason of a cancelled run', async () => {
    await rejects(evaluateRun(files, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  });
});
