/** Evaluate: how good the trained models are on unseen days, compared with the trivial predictors. */
import { artifactFiles, type Window } from '../api/artifacts.ts';
import { type Evaluation, evaluationSchema } from '../api/evaluation.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import type { Bar } from '../market/bar.ts';
import { sliceRows } from '../models/matrix.ts';
import { renderReport } from '../report/report.ts';
import { parseBars } from './bars-csv.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { compareWithChampion } from './evaluate/champion/compare-champion.ts';
import { scoreClassification } from './evaluate/classification-score.ts';
import { foldScores } from './evaluate/fold-scores.ts';
import {
  type Forecasts,
  forecast,
  joinForecasts,
  predictionsOf,
  type TrainedModels,
} from './evaluate/forecasts.ts';
import { goldenAnswers, goldenRows } from './evaluate/golden.ts';
import { featureImportances } from './evaluate/importances.ts';
import { headlineMetrics } from './evaluate/metrics.ts';
import { scoreRegression } from './evaluate/regression-score.ts';
import { readModels } from './evaluate/trained-model.ts';
import { classificationVerdict, regressionVerdict } from './evaluate/verdict.ts';
import { type Fold, runWalkForward } from './evaluate/walk-forward.ts';
import { formatJsonArtifact } from './json-artifact.ts';
import { formatPredictions } from './predictions.ts';
import type { Stage, StageContext, StageMetrics } from './stage.ts';

export const evaluateStage: Stage = {
  name: 'Evaluate',
  reads: ['Fetch', 'Features', 'Train'],
  usesWorkers: true,
  parameters: ({ risk, regressor, classifier, validation, seed }, { champion }) => ({
    risk,
    regressor,
    classifier,
    validation,
    seed,
    // Omitted without a champion, so that the digest of such a run does not depend on this field.
    ...(champion && { champion: champion.version }),
  }),
  run,
};

async function run(context: StageContext): Promise<StageMetrics> {
  const { spec } = context;
  const bars = parseBars((await context.input('Fetch', artifactFiles.bars)).toString('utf8'));
  const dataset = await readDataset(context);
  const { card, models } = await readModels(context, dataset.description);

  const folds = await runWalkForward(dataset, context, (done, count) =>
    context.progress((0.9 * done) / count, `walk-forward: ${done} of ${count} folds`),
  );
  context.progress(0.9, 'evaluating the final models on the holdout');
  const walkForward = joinForecasts(folds.map(fold => fold.forecasts));
  const { fromRow, toRow } = dataset.description.holdout;
  const holdout = forecast(dataset, models, fromRow, toRow);
  const champion =
    context.champion &&
    (await compareWithChampion(context.champion, { spec, bars, dataset, holdout, own: context }));
  const evaluation = evaluationSchema.parse({
    ...evaluate({ dataset, bars, folds, walkForward, holdout, models, spec }),
    ...(champion && { champion }),
  });

  context.progress(0.95, 'writing the report');
  const predictions = [...predictionsOf(walkForward, 'walk_forward'), ...predictionsOf(holdout, 'holdout')];
  const golden = goldenAnswers(dataset, goldenRows(dataset.x, fromRow, toRow), models);
  await context.output(artifactFiles.evaluation, formatJsonArtifact(evaluation));
  await context.output(artifactFiles.predictions, formatPredictions(predictions));
  await context.output(artifactFiles.golden, formatJsonArtifact(golden));
  await context.output(
    artifactFiles.report,
    renderReport({ evaluation, model: card, bars, dataset, predictions }),
  );
  return headlineMetrics(evaluation);
}

interface Evidence {
  readonly dataset: Dataset;
  readonly bars: readonly Bar[];
  readonly folds: readonly Fold[];
  readonly walkForward: Forecasts;
  readonly holdout: Forecasts;
  readonly models: TrainedModels;
  readonly spec: ArtifactSpec;
}

function evaluate({ dataset, bars, folds, walkForward, holdout, models, spec }: Evidence): Evaluation {
  const { description, dates, x } = dataset;
  const returns = {
    holdout: scoreRegression(holdout, spec.seed),
    walkForward: scoreRegression(walkForward, spec.seed),
  };
  const risks = {
    holdout: scoreClassification(holdout, spec.seed),
    walkForward: scoreClassification(walkForward, spec.seed),
  };
  const { fromRow, toRow } = description.holdout;
  const importances = featureImportances(
    description.features,
    sliceRows(x, fromRow, toRow),
    holdout,
    models,
    spec.seed,
  );
  return {
    formatVersion: 1,
    symbol: description.symbol,
    bars: { from: bars[0]!.date, to: bars.at(-1)!.date, count: bars.length },
    training: description.training,
    holdout: description.holdout,
    walkForward: windowOf(walkForward, dates),
    embargoDays: spec.validation.embargoDays,
    regression: {
      ...returns,
      folds: foldScores(folds),
      importances: importances.regression,
      verdict: regressionVerdict(returns.walkForward, returns.holdout),
    },
    classification: {
      thresholds: description.risk.thresholds,
      ...risks,
      importances: importances.classification,
      verdict: classificationVerdict(risks.walkForward, risks.holdout),
    },
  };
}

/** The rows that consecutive forecasts cover. */
function windowOf(forecasts: Forecasts, dates: readonly string[]): Window {
  const [from, to] = [forecasts.dates[0]!, forecasts.dates.at(-1)!];
  return { fromRow: dates.indexOf(from), toRow: dates.indexOf(to) + 1, from, to };
}
