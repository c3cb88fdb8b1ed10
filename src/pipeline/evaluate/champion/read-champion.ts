/** Reads the champion's models from its published version and verifies every byte. */
import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { artifactFiles, datasetSchema, type Window } from '../../../api/artifacts.ts';
import type { RiskQuestion } from '../../../api/evaluation.ts';
import { Failure } from '../../../failure.ts';
import type { StoredStage } from '../../artifacts.ts';
import { codeOf, storageFailure } from '../../files.ts';
import { parseJsonArtifact } from '../../json-artifact.ts';
import { modelFiles, type PublishedModels, readPublishedModels } from '../../published-models.ts';
import type { ChampionArtifacts, StageContext } from '../../stage.ts';
import { verifyVersion } from '../../version.ts';

export interface ChampionModels extends Omit<PublishedModels, 'bytes'> {
  readonly holdout: Window;
  readonly question: RiskQuestion;
  /** Whether the run's own models are the same bytes. */
  readonly identical: boolean;
}

const quantilesSchema = z.object({ risk: z.object({ lowQuantile: z.number(), highQuantile: z.number() }) });

/**
 * Reads the published models; the training libraries are not loaded. All files of the version are verified, as a server
 * does: its name is a digest of them.
 * @throws Failure InputMissing, InputAltered or InvalidArtifact when the version is missing or altered.
 */
export async function readChampion(
  champion: ChampionArtifacts,
  own: Pick<StageContext, 'input'>,
): Promise<ChampionModels> {
  const opened = await champion.open();
  if (opened.version !== champion.version) {
    const { version: expected, folder: path } = champion;
    const message = `the folder of version ${expected} contains version ${opened.version}`;
    throw new Failure('InputAltered', message, { path, expected, actual: opened.version });
  }
  await verifyVersion(opened);
  const { Features: features, Train: train } = opened.stages;
  const { card, booster, forest, bytes } = await readPublishedModels(train);
  const dataset = parseJsonArtifact(
    artifactFiles.dataset,
    await features.read(artifactFiles.dataset),
    datasetSchema,
  );
  const ours = await Promise.all(modelFiles.map(file => own.input('Train', file)));
  return {
    card,
    booster,
    forest,
    holdout: dataset.holdout,
    question: {
      volatilityWindow: card.risk.window,
      horizonDays: card.risk.horizonDays,
      ...quantilesOf(features),
    },
    identical: bytes.every((theirs, i) => theirs.equals(ours[i]!)),
  };
}

/** The quantiles of the thresholds, which only the manifest's parameters contain. */
function quantilesOf({ folder, manifest }: StoredStage): Pick<RiskQuestion, 'lowQuantile' | 'highQuantile'> {
  const parsed = quantilesSchema.safeParse(manifest.parameters);
  if (parsed.success) return parsed.data.risk;
  throw new Failure('InvalidArtifact', `${folder}: its manifest does not say which quantiles were used`, {
    path: folder,
  });
}

/** Whether nothing of the version is there. A mount leaves an empty folder in the place of a missing one. */
export async function isAbsent({ folder }: Pick<ChampionArtifacts, 'folder'>): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    if (codeOf(error) === 'ENOTDIR') return false;
    throw storageFailure(error, folder);
  }
}
