/** Reads the models of a published version and verifies every byte. Does not load the training libraries. */
import { artifactFiles, type ModelCard, modelCardSchema } from '../api/artifacts.ts';
import { featureCatalogue } from '../features/catalogue.ts';
import type { Booster } from '../models/booster/booster.ts';
import { decodeBooster } from '../models/booster/codec.ts';
import { decodeForest } from '../models/forest/codec.ts';
import type { Forest } from '../models/forest/forest.ts';
import type { StoredStage } from './artifacts.ts';
import { parseJsonArtifact } from './json-artifact.ts';

/** The files of the models, in the folder of Train. */
export const modelFiles = [artifactFiles.model, artifactFiles.regressor, artifactFiles.classifier] as const;

export interface PublishedModels {
  readonly card: ModelCard;
  readonly booster: Booster;
  readonly forest: Forest;
  /** The bytes of `modelFiles`. */
  readonly bytes: readonly Buffer[];
}

/** @throws Failure InputMissing, InputAltered or InvalidArtifact when they are missing or altered. */
export async function readPublishedModels(train: StoredStage): Promise<PublishedModels> {
  const [model, regressor, classifier] = [
    await train.read(modelFiles[0]),
    await train.read(modelFiles[1]),
    await train.read(modelFiles[2]),
  ];
  return {
    card: parseJsonArtifact(artifactFiles.model, model, modelCardSchema),
    booster: decodeBooster(regressor),
    forest: decodeForest(classifier),
    bytes: [model, regressor, classifier],
  };
}

/** Why this code cannot compute the models' features; null when it can. */
export function featureMismatch({ card, booster, forest }: Omit<PublishedModels, 'bytes'>): string | null {
  const computed = featureCatalogue(card.windows).map(({ name }) => name);
  const expected = card.features.map(({ name }) => name);
  const fits = [booster.columns, forest.columns].every(columns => columns === computed.length);
  if (fits && computed.join() === expected.join()) return null;
  return `reads the features ${expected.join(', ')}; this version computes ${computed.join(', ')}`;
}
