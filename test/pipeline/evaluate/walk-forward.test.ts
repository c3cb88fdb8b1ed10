import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { riskLevels, riskThresholds } from '../../../src/features/risk.ts';
import { majorityRisk } from '../../../src/models/baselines.ts';
import { fitRegressor } from '../../../src/models/booster/fit.ts';
import { predictReturns } from '../../../src/models/booster/predict.ts';
import { fitClassifier } from '../../../src/models/forest/fit.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { sliceRows } from '../../../src/models/matrix.ts';
import { confusionMatrix, confusionScores } from '../../../src/models/statistics/confusion.ts';
import { rootMeanSquaredError } from '../../../src/models/statistics/errors.ts';
import { mean } from '../../../src/models/statistics/mean.ts';
import { type Dataset, readDataset } from '../../../src/pipeline/dataset.ts';
import { foldScores } from '../../../src/pipeline/evaluate/fold-scores.ts';
import { joinForecasts, predictionsOf } from '../../../src/pipeline/evaluate/forecasts.ts';
import { type Fold, runWalkForward } from '../../../src/pipeline/evaluate/walk-forward.ts';
import { runHere } from '../../../support/run-here.ts';
import { contextOf, smallSpec, trainedRun } from './memory-run.ts';

describe('runWalkForward', () => {
  let dataset: Dataset;
  let folds: Fold[];
  const steps: string[] = [];
  before(async () => {
    const files = await trainedRun();
    dataset = await readDataset(contextOf('Evaluate', files));
    folds = await runWalkForward(dataset, contextOf('Evaluate', files), (done, count) =>
      steps.push(`${done}/${count}`),
    );
  });

  it('forecasts every labelled row after the first training window once, in order', () => {
    const { dates } = joinForecasts(folds.map(fold => fold.forecasts));
    const { labelledRows } = dataset.description;
    deepEqual(dates, dataset.dates.slice(200 + smallSpec.validation.embargoDays, labelledRows));
  });

  it('reports progress after each fold', () => deepEqual(steps, ['1/3', '2/3', '3/3']));

  it('takes thresholds, mean and majority from the training rows of each fold, the truth from its own', () => {
    for (const { trainedRows, forecasts } of folds) {
      const volatilities = dataset.volatilityAhead.subarray(0, trainedRows);
      const { lowQuantile, highQuantile } = smallSpec.risk;
      const thresholds = riskThresholds(volatilities, lowQuantile, highQuantile);
      const from = dataset.dates.indexOf(forecasts.dates[0]!);
      const to = from + forecasts.dates.length;
      equal(from, trainedRows + smallSpec.validation.embargoDays);
      deepEqual(forecasts.actualReturn, dataset.returnNext.subarray(from, to));
      deepEqual(forecasts.actualRisk, riskLevels(dataset.volatilityAhead.subarray(from, to), thresholds));
      deepEqual(forecasts.persistenceRisk, riskLevels(dataset.volatilityNow.subarray(from, to), thresholds));
      deepEqual(forecasts.knownPartRisk, riskLevels(dataset.volatilityKnown.subarray(from, to), thresholds));
      equal(forecasts.majorityRisk[0], majorityRisk(riskLevels(volatilities, thresholds)));
      const trainingMean = mean(dataset.returnNext.subarray(0, trainedRows));
      // Rounded to single precision, so that it equals the prediction of a booster without trees.
      equal(forecasts.meanReturn[0], Math.fround(trainingMean));
    }
  });

  it('equals the predictions of both models when fitted on the training rows', async () => {
    const { trainedRows, forecasts } = folds[1]!;
    const x = sliceRows(dataset.x, 0, trainedRows);
    const { spec } = contextOf('Evaluate', new Map());
    const options = { folds: spec.validation.folds, embargo: spec.validation.embargoDays, seed: spec.seed };
    const { booster } = await fitRegressor(
      x,
      dataset.returnNext.subarray(0, trainedRows),
      { ...options, spec: spec.regressor },
      runHere,
    );
    const volatilities = dataset.volatilityAhead.subarray(0, trainedRows);
    const thresholds = riskThresholds(volatilities, spec.risk.lowQuantile, spec.risk.highQuantile);
    const { forest } = await fitClassifier(
      x,
      riskLevels(volatilities, thresholds),
      { ...options, spec: spec.classifier },
      runHere,
    );
    const from = trainedRows + options.embargo;
    const ahead = sliceRows(dataset.x, from, from + forecasts.dates.length);
    deepEqual(forecasts.predictedReturn, predictReturns(booster, ahead));
    deepEqual(forecasts.predictedRisk, predictRisk(forest, ahead).levels);
    deepEqual(forecasts.probabilities, predictRisk(forest, ahead).probabilities);
  });

  it('uses no later data in a fold (no look-ahead)', async () => {
    const { trainedRows, forecasts } = folds[1]!;
    const end = trainedRows + smallSpec.validation.embargoDays + forecasts.dates.length;
    const altered = (values: Float64Array, from: number) =>
      values.map((value, i) => (i < from ? value : 3 * value + 0.01));
    const { columns } = dataset.x;
    const changed: Dataset = {
      ...dataset,
      x: { ...dataset.x, values: altered(dataset.x.values, end * columns) },
      returnNext: altered(dataset.returnNext, end),
      volatilityAhead: altered(dataset.volatilityAhead, end),
      volatilityNow: altered(dataset.volatilityNow, end),
      volatilityKnown: altered(dataset.volatilityKnown, end),
    };
    const again = await runWalkForward(changed, contextOf('Evaluate', new Map()), () => {});
    deepEqual(again[0], folds[0]);
    deepEqual(again[1], folds[1]);
    notDeepEqual(again[2], folds[2]);
  });

  it('stops between folds when the run is cancelled', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    let done = 0;
    const context = contextOf('Evaluate', new Map(), { signal: cancel.signal });
    await rejects(
      runWalkForward(dataset, context, () => {
        done += 1;
        cancel.abort(reason);
      }),
      reason,
    );
    equal(done, 1);
  });

  it('scores fold by fold', () => {
    const scores = foldScores(folds);
    deepEqual(
      scores.map(({ from, rows, trainedRows }) => [from, rows, trainedRows]),
      folds.map(({ forecasts, trainedRows }) => [forecasts.dates[0], forecasts.dates.length, trainedRows]),
    );
    scores.forEach(({ rmse, meanRmse, ratio, accuracy, persistenceAccuracy }, fold) => {
      const { actualReturn, predictedReturn, meanReturn, actualRisk, ...risks } = folds[fold]!.forecasts;
      equal(rmse, rootMeanSquaredError(actualReturn, predictedReturn));
      equal(meanRmse, rootMeanSquaredError(actualReturn, meanReturn));
      equal(ratio, rmse / meanRmse);
      const share = (levels: Uint8Array) => confusionScores(confusionMatrix(actualRisk, levels)).accuracy;
      equal(accuracy, share(risks.predictedRisk));
      equal(persistenceAccuracy, share(risks.persistenceRisk));
    });
  });

  it('gives one prediction a row', () => {
    const { forecasts } = folds[2]!;
    const predictions = predictionsOf(forecasts, 'walk_forward');
    equal(predictions.length, forecasts.dates.length);
    const last = predictions.length - 1;
    deepEqual(predictions[last], {
      date: forecasts.dates[last],
      set: 'walk_forward',
      actualReturn: forecasts.actualReturn[last],
      predictedReturn: forecasts.predictedReturn[last],
      meanReturn: forecasts.meanReturn[last],
      actualRisk: forecasts.actualRisk[last],
      predictedRisk: forecasts.predictedRisk[last],
      probabilities: Array.from(forecasts.probabilities.slice(-3)),
      persistenceRisk: forecasts.persistenceRisk[last],
      knownPartRisk: forecasts.knownPartRisk[last],
    });
  });
});
