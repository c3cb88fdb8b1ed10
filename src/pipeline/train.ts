/** Train: trains both models on the training window only. */
import { artifactFiles, type ModelCard } from '../api/artifacts.ts';
import type { StageFigures } from '../api/headline.ts';
import { riskNames } from '../api/risk.ts';
import { encodeBooster } from '../models/booster/codec.ts';
import type { FittedRegressor } from '../models/booster/fit.ts';
import { encodeForest } from '../models/forest/codec.ts';
import type { ClassifierFit } from '../models/forest/fit.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { headlineDigits } from './decimals.ts';
import { type FittedModels, fitModels } from './fit-models.ts';
import { formatJsonArtifact } from './json-artifact.ts';
import type { Stage, StageContext } from './stage.ts';

export const trainStage: Stage = {
  name: 'Train',
  reads: ['Features'],
  usesWorkers: true,
  parameters: ({ regressor, classifier, validation: { folds, embargoDays }, seed }) => ({
    regressor,
    classifier,
    folds,
    embargoDays,
    seed,
  }),
  run,
};

async function run(context: StageContext): Promise<StageFigures<'Train'>> {
  const dataset = await readDataset(context);
  context.signal.throwIfAborted();
  const { training, risk } = dataset.description;
  const { regressor, classifier } = await fitModels(
    dataset,
    { ...training, thresholds: risk.thresholds },
    context.spec,
    context.runTask,
    progressOfTwo(context),
  );
  const card = modelCard(dataset, regressor, classifier);
  await context.output(artifactFiles.regressor, encodeBooster(regressor.booster));
  await context.output(artifactFiles.classifier, encodeForest(classifier.forest));
  await context.output(artifactFiles.model, formatJsonArtifact(card));
  return metrics(card);
}

/** Combines the progress of two models that train concurrently, and stops a cancelled run. */
function progressOfTwo({ progress, signal }: StageContext) {
  const done = { regressor: 0, classifier: 0 };
  const percent = (fraction: number) => `${Math.floor(100 * fraction)} %`;
  return (model: keyof FittedModels, fraction: number) => {
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

function metrics({ trained, regressor, classifier }: ModelCard): StageFigures<'Train'> {
  return {
    trainingRows: trained.toRow - trained.fromRow,
    trainingMean: headlineDigits(regressor.trainingMean),
    regressorTrees: regressor.trees,
    regressorDepth: regressor.parameters.maxDepth,
    regressorLearningRate: String(regressor.parameters.learningRate),
    classifierTrees: classifier.trees,
    classifierDepth: classifier.parameters.maxDepth,
    classifierSampling: classifier.parameters.sampling,
  };
}
