/** Train: both models, on the training window only. */
import { artifactFiles, type ModelCard } from '../api/artifacts.ts';
import { riskNames } from '../api/risk.ts';
import type { TrainingRunSpec } from '../api/training-run.ts';
import { riskLevel } from '../features/risk.ts';
import { encodeBooster, type FittedRegressor, fitRegressor } from '../models/booster/index.ts';
import { type ClassifierFit, encodeForest, fitClassifier } from '../models/forest/index.ts';
import { sliceRows } from '../models/matrix.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { formatJsonArtifact } from './json-artifact.ts';
import type { Stage, StageContext, StageMetrics } from './stage.ts';

export const trainStage: Stage = {
  name: 'Train',
  reads: ['Features'],
  parameters: ({ regressor, classifier, validation: { folds, embargoDays }, seed }) => ({
    regressor,
    classifier,
    folds,
    embargoDays,
    seed,
  }),
  run,
};

async function run(context: StageContext): Promise<StageMetrics> {
  const dataset = await readDataset(context);
  context.signal.throwIfAborted();
  const [regressor, classifier] = await trainBoth(dataset, context);
  const card = modelCard(dataset, regressor, classifier);
  await context.output(artifactFiles.regressor, encodeBooster(regressor.booster));
  await context.output(artifactFiles.classifier, encodeForest(classifier.forest));
  await context.output(artifactFiles.model, formatJsonArtifact(card));
  return metrics(card);
}

/** Both at once: their tasks share the workers, so that no core waits for the longer one. */
function trainBoth(dataset: Dataset, context: StageContext): Promise<[FittedRegressor, ClassifierFit]> {
  const { spec, runTask } = context;
  const { fromRow, toRow } = dataset.description.training;
  const { thresholds } = dataset.description.risk;
  const x = sliceRows(dataset.x, fromRow, toRow);
  const returns = dataset.returnNext.subarray(fromRow, toRow);
  const levels = Uint8Array.from(dataset.volatilityAhead.subarray(fromRow, toRow), volatility =>
    riskLevel(volatility, thresholds),
  );
  const progress = progressOfTwo(context);
  return Promise.all([
    fitRegressor(x, returns, { ...tuning(spec), spec: spec.regressor }, runTask, progress('regressor')),
    fitClassifier(x, levels, { ...tuning(spec), spec: spec.classifier }, runTask, progress('classifier')),
  ]);
}

function tuning({ validation, seed }: TrainingRunSpec) {
  return { folds: validation.folds, embargo: validation.embargoDays, seed };
}

/** One fraction from two models that train at the same time; a cancelled run ends here. */
function progressOfTwo({ progress, signal }: StageContext) {
  const done = { regressor: 0, classifier: 0 };
  const percent = (fraction: number) => `${Math.floor(100 * fraction)} %`;
  return (model: keyof typeof done) => (fraction: number) => {
    signal.throwIfAborted();
    done[model] = fraction;
    progress(
      (done.regressor + done.classifier) / 2,
      `tuning and training: regressor ${percent(done.regressor)}, classifier ${percent(done.classifier)}`,
    );
  };
}

function modelCard(
  { description }: Dataset,
  regressor: FittedRegressor,
  classifier: ClassifierFit,
): ModelCard {
  const { symbol, features, windows, risk, training } = description;
  return {
    formatVersion: 1,
    symbol,
    features,
    windows,
    risk,
    trained: training,
    regressor: {
      file: artifactFiles.regressor,
      trainingMean: regressor.trainingMean,
      trees: regressor.booster.roots.length,
      parameters: regressor.parameters,
      choice: regressor.choice,
      candidates: regressor.candidates,
    },
    classifier: {
      file: artifactFiles.classifier,
      classes: [...riskNames],
      trees: classifier.forest.trees,
      parameters: classifier.parameters,
      choice: classifier.choice,
      candidates: classifier.candidates,
    },
  };
}

function metrics({ trained, regressor, classifier }: ModelCard): StageMetrics {
  return {
    trainingRows: trained.toRow - trained.fromRow,
    // Enough digits for a headline; model.json has them all.
    trainingMean: String(Number(regressor.trainingMean.toPrecision(5))),
    regressorTrees: regressor.trees,
    regressorDepth: regressor.parameters.maxDepth,
    regressorLearningRate: String(regressor.parameters.learningRate),
    classifierTrees: classifier.trees,
    classifierDepth: classifier.parameters.maxDepth,
    classifierSampling: classifier.parameters.sampling,
  };
}
