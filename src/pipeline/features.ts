/** Features: computes `features.csv` and `dataset.json` from bars, and proves that nothing looks ahead. */
import {
  artifactFiles,
  type DatasetDescription,
  type Feature,
  fetchReportSchema,
  type Window,
} from '../api/artifacts.ts';
import type { StageFigures } from '../api/headline.ts';
import type { ArtifactSpec, RiskSpec } from '../api/training-run.ts';
import { Failure } from '../failure.ts';
import { featureCatalogue, firstViolation } from '../features/catalogue.ts';
import { computeColumns } from '../features/columns.ts';
import { computeFeatures } from '../features/compute.ts';
import { proveNoLookAhead } from '../features/leakage.ts';
import { riskThresholds } from '../features/risk.ts';
import { computeTargets } from '../features/targets.ts';
import { type FeatureWindows, featureWindows } from '../features/windows.ts';
import type { Bar } from '../market/bar.ts';
import { holdout, type Split } from '../models/walk-forward.ts';
import { parseBars } from './bars-csv.ts';
import { type DatasetRows, formatDataset } from './dataset.ts';
import { formatJsonArtifact, parseJsonArtifact } from './json-artifact.ts';
import type { Stage, StageContext } from './stage.ts';
import { walkForwardSplits } from './walk-forward-splits.ts';

/** With fewer rows the figures are meaningless: each of three risk classes needs tens of rows, and fewer than twenty days score only noise. */
const fewestTrainingRows = 100;
const fewestHoldoutRows = 20;

export const featuresStage: Stage = {
  name: 'Features',
  reads: ['Fetch'],
  usesWorkers: false,
  parameters: ({ features, risk, validation: { testFraction, embargoDays } }) => ({
    features,
    risk,
    testFraction,
    embargoDays,
  }),
  run,
};

async function run(context: StageContext): Promise<StageFigures<'Features'>> {
  const { spec } = context;
  const windows = featureWindows(spec);
  const features = featureCatalogue(windows);
  const report = parseJsonArtifact(
    artifactFiles.fetchReport,
    await context.input('Fetch', artifactFiles.fetchReport),
    fetchReportSchema,
  );
  const bars = parseBars((await context.input('Fetch', artifactFiles.bars)).toString());

  const lookback = Math.max(...features.map(feature => feature.lookback));
  const split = splitRows(bars.length, lookback, spec);
  // Only checked here, so that a series that is too short for Evaluate fails before training.
  walkForwardSplits(split.testEnd, split.trainEnd, spec.validation);
  context.progress(0.1, `computing ${features.length} features of ${bars.length} bars`);
  const rows = datasetRows(bars, windows);
  checkValues(rows, features);

  context.progress(0.3, 'proving that nothing looks ahead');
  context.signal.throwIfAborted();
  const leakage = proveNoLookAhead(bars, lookback, history => computeColumns(history, windows));

  const description: DatasetDescription = {
    symbol: report.symbol,
    features,
    windows,
    ...splitDescription(rows, split, windows, spec.risk),
    leakage,
  };
  await context.output(artifactFiles.features, formatDataset(rows, features));
  await context.output(artifactFiles.dataset, formatJsonArtifact(description));
  context.progress(1, `${description.rows} rows of ${features.length} features, none looks ahead`);
  return {
    rows: description.rows,
    features: features.length,
    trainingRows: split.trainEnd,
    holdoutRows: split.testEnd - split.testStart,
    comparedValues: leakage.comparedValues,
  };
}

/** The rows and their windows, with thresholds from the training window only. */
function splitDescription(
  rows: DatasetRows,
  { trainEnd, testStart, testEnd }: Split,
  { volatilityWindow, horizonDays }: FeatureWindows,
  risk: RiskSpec,
) {
  return {
    rows: rows.dates.length,
    labelledRows: testEnd,
    training: windowOf(rows, 0, trainEnd),
    holdout: windowOf(rows, testStart, testEnd),
    risk: {
      window: volatilityWindow,
      horizonDays,
      thresholds: thresholdsOf(rows.volatilityAhead.subarray(0, trainEnd), risk),
    },
  };
}

function windowOf({ dates }: DatasetRows, fromRow: number, toRow: number): Window {
  return { fromRow, toRow, from: dates[fromRow]!, to: dates[toRow - 1]! };
}

/** @throws Failure `TooFewBars` */
function splitRows(bars: number, lookback: number, { risk, validation }: ArtifactSpec): Split {
  const labelled = Math.max(0, bars - (lookback - 1) - risk.horizonDays);
  const split = holdout(labelled, validation.testFraction, validation.embargoDays);
  const holdoutRows = split.testEnd - split.testStart;
  if (split.trainEnd < fewestTrainingRows || holdoutRows < fewestHoldoutRows) {
    throw new Failure(
      'TooFewBars',
      `${bars} bars leave ${split.trainEnd} training and ${holdoutRows} holdout rows, ` +
        `where at least ${fewestTrainingRows} and ${fewestHoldoutRows} are needed: the windows take ${lookback - 1} bars, ` +
        `the horizon ${risk.horizonDays}, the embargo ${validation.embargoDays}`,
      { bars, lookback, trainingRows: split.trainEnd, holdoutRows },
    );
  }
  return split;
}

/** @throws Failure `InvalidBars` when the two coincide: no day would be of medium risk. */
function thresholdsOf(volatilities: Float64Array, risk: RiskSpec): [number, number] {
  const thresholds = riskThresholds(volatilities, risk.lowQuantile, risk.highQuantile);
  if (thresholds[0] < thresholds[1]) return thresholds;
  throw new Failure(
    'InvalidBars',
    `the volatility of the training window is the same at both quantiles (${risk.lowQuantile}, ` +
      `${risk.highQuantile}): prices that hardly move have no risk classes`,
    { thresholds },
  );
}

function datasetRows(bars: readonly Bar[], windows: FeatureWindows): DatasetRows {
  const { firstBar, x } = computeFeatures(bars, windows);
  const closes = Float64Array.from(bars, bar => bar.close);
  const targets = computeTargets(closes, windows);
  return {
    dates: bars.slice(firstBar).map(bar => bar.date),
    close: closes.subarray(firstBar),
    x,
    returnNext: targets.returnNext.subarray(firstBar),
    volatilityAhead: targets.volatilityAhead.subarray(firstBar),
    volatilityNow: targets.volatilityNow.subarray(firstBar),
    volatilityKnown: targets.volatilityKnown.subarray(firstBar),
  };
}

/** @throws Failure `InvalidBars` naming the first day and feature whose value is out of bounds. */
function checkValues({ dates, x }: DatasetRows, features: readonly Feature[]): void {
  dates.forEach((date, row) => {
    const feature = firstViolation(features, x.values, row * x.columns);
    if (feature === undefined) return;
    const value = x.values[row * x.columns + features.indexOf(feature)]!;
    throw new Failure(
      'InvalidBars',
      `${feature.name} of ${date} is out of its bounds: the bars around it are wrong`,
      {
        feature: feature.name,
        date,
        value,
      },
    );
  });
}
