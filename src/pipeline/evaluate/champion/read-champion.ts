/** Reads the champion's models from its published version and verifies every byte. */
import { z } from 'zod';
import { artifactFiles, datasetSchema, type Window } from '../../../api/artifacts.ts';
import type { RiskQuestion } from '../../../api/evaluation.ts';
import { Failure } from '../../../failure.ts';
import type { StoredStage } from '../../artifacts.ts';
import { parseJsonArtifact } from '../../json-artifact.ts';
import { modelFiles, type PublishedModels, readPublishedModels } from '../../published-models.ts';
import type { ChampionArtifacts, StageContext } from '../../stage.ts';
import { checkLineage } from '../../version.ts';

export interface ChampionModels extends Omit<PublishedModels, 'bytes'> {
  readonly holdout: Window;
  readonly question: RiskQuestion;
  /** Whether the run's own models are the same bytes. */
  readonly identical: boolean;
}

const quantilesSchema = z.object({ risk: z.object({ lowQuantile: z.number(), highQuantile: z.number() }) });

/**
 * Reads what Train and Features published; the training libraries are not loaded.
 * @throws Failure InputMissing, InputAltered or InvalidArtifact when the version is missing or altered.
 */
export async function readChampion(
  champion: ChampionArtifacts,
  own: Pick<StageContext, 'input'>,
): Promise<ChampionModels> {
  const [features, train] = [await champion.open('Features'), await champion.open('Train')];
  checkLineage({ Features: features, Train: train });
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
