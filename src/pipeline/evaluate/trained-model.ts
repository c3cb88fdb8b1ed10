/** Reads the models back from Train's files, so that exactly the models that will serve are evaluated. */
import {
  artifactFiles,
  type DatasetDescription,
  type ModelCard,
  modelCardSchema,
} from '../../api/artifacts.ts';
import { Failure } from '../../failure.ts';
import { decodeBooster } from '../../models/booster/codec.ts';
import { decodeForest } from '../../models/forest/codec.ts';
import { parseJsonArtifact } from '../json-artifact.ts';
import type { StageContext } from '../stage.ts';
import type { TrainedModels } from './forecasts.ts';

export interface ReadModels {
  readonly card: ModelCard;
  readonly models: TrainedModels;
}

/**
 * @throws Failure `InvalidArtifact` when a file cannot be read, or the models were trained for another
 * dataset.
 */
export async function readModels(
  context: Pick<StageContext, 'input'>,
  dataset: DatasetDescription,
): Promise<ReadModels> {
  const card = parseJsonArtifact(
    artifactFiles.model,
    await context.input('Train', artifactFiles.model),
    modelCardSchema,
  );
  const booster = decodeBooster(await context.input('Train', card.regressor.file));
  const forest = decodeForest(await context.input('Train', card.classifier.file));
  const columns = dataset.features.length;
  if (booster.columns !== columns || forest.columns !== columns) {
    throw otherDataset(`its models read ${booster.columns} and ${forest.columns} features`, `${columns}`);
  }
  checkCard(card, dataset);
  return {
    card,
    models: {
      booster,
      forest,
      trainedRows: card.trained.toRow,
      trainingMean: card.regressor.trainingMean,
      thresholds: card.risk.thresholds,
    },
  };
}

function checkCard(card: ModelCard, dataset: DatasetDescription): void {
  const pairs: [name: string, card: unknown, dataset: unknown][] = [
    ['symbol', card.symbol, dataset.symbol],
    ['features', card.features.map(({ name }) => name), dataset.features.map(({ name }) => name)],
    ['training window', card.trained, dataset.training],
    ['risk thresholds', card.risk.thresholds, dataset.risk.thresholds],
  ];
  for (const [name, ours, theirs] of pairs) {
    const [found, expected] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (found !== expected) throw otherDataset(`its ${name} is ${found}`, expected);
  }
}

function otherDataset(found: string, expected: string): Failure {
  return new Failure('InvalidArtifact', `${artifactFiles.model}: ${found}, the dataset's ${expected}`, {
    file: artifactFiles.model,
  });
}
