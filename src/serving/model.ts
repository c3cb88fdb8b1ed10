/** Loads the models of one run. Every file is verified by its digest and both models by golden rows, or loading fails. */
import { resolve } from 'node:path';
import type { z } from 'zod';
import {
  artifactFiles,
  type Golden,
  goldenSchema,
  type ModelCard,
  modelCardSchema,
  type StageName,
} from '../api/artifacts.ts';
import { type Evaluation, evaluationSchema } from '../api/evaluation.ts';
import { Failure, messageOf } from '../failure.ts';
// Straight from their files: the index would bring all of tuning and training along and cost the start its speed.
import type { Booster } from '../models/booster/booster.ts';
import { decodeBooster } from '../models/booster/codec.ts';
import { decodeForest } from '../models/forest/codec.ts';
import type { Forest } from '../models/forest/forest.ts';
import type { LoadPhase } from '../observability/metrics.ts';
import type { StoredStage } from '../pipeline/artifacts.ts';
import { parseJsonArtifact } from '../pipeline/json-artifact.ts';
import { namesOf } from '../pipeline/run-folder.ts';
import { openVersion, type Stages } from '../pipeline/version.ts';
import { proveGolden } from './golden.ts';

export interface LoadedModel {
  /** The Model's name. */
  readonly name: string;
  /** The run's name. */
  readonly run: string;
  /** Identifies all artifacts of the run: see `versionOf`. */
  readonly version: string;
  /** Output digest of every stage. */
  readonly digests: Readonly<Record<StageName, string>>;
  readonly card: ModelCard;
  /** Names of the features, in the order of the models' columns. */
  readonly features: readonly string[];
  readonly booster: Booster;
  readonly forest: Forest;
  readonly evaluation: Evaluation;
  readonly golden: Golden;
  /** For files that are read on request, and verified again then. */
  readonly stages: Readonly<Record<StageName, StoredStage>>;
  readonly loadSeconds: number;
  /** `loadSeconds` by phase. */
  readonly phaseSeconds: Readonly<Record<LoadPhase, number>>;
}

/** What the caller expects of the model. Names default to those of its folders. */
export interface Expectations {
  readonly modelName?: string | undefined;
  readonly runName?: string | undefined;
  readonly expectedVersion?: string | undefined;
}

/**
 * Loads `<artifacts>/<model>/<run>`, or a published `<artifacts>/<model>/.versions/<version>`.
 * @throws Failure InputMissing, InputAltered or InvalidArtifact naming the file that is wrong, or both versions.
 */
export async function loadModel(modelFolder: string, expected: Expectations = {}): Promise<LoadedModel> {
  const start = performance.now();
  const folder = resolve(modelFolder);
  const { stages, digests, version } = await openVersion(folder);
  checkVersion(folder, version, expected.expectedVersion);
  const files = await verifyAll(stages);

  const verified = performance.now();
  const card = parseJson(files, stages, 'Train', artifactFiles.model, modelCardSchema);
  const evaluation = parseJson(files, stages, 'Evaluate', artifactFiles.evaluation, evaluationSchema);
  const golden = parseJson(files, stages, 'Evaluate', artifactFiles.golden, goldenSchema);
  const booster = decode(files, stages, card.regressor.file, decodeBooster);
  const forest = decode(files, stages, card.classifier.file, decodeForest);
  const features = card.features.map(feature => feature.name);

  const decoded = performance.now();
  proveGolden(golden, features, booster, forest);
  const proved = performance.now();
  const names = namesOf(folder);

  return {
    name: expected.modelName ?? names.model,
    run: expected.runName ?? names.run,
    version,
    digests,
    card,
    features,
    booster,
    forest,
    evaluation,
    golden,
    stages,
    loadSeconds: (proved - start) / 1000,
    phaseSeconds: {
      verify: (verified - start) / 1000,
      decode: (decoded - verified) / 1000,
      prove: (proved - decoded) / 1000,
    },
  };
}

function checkVersion(path: string, actual: string, expected: string | undefined): void {
  if (expected === undefined || actual === expected) return;
  throw new Failure('InputAltered', `${path} holds version ${actual}, expected ${expected}`, {
    path,
    expected,
    actual,
  });
}

/** Reads every output of every stage; the reader compares digests. */
async function verifyAll(stages: Stages): Promise<Map<string, Buffer>> {
  const reads = Object.entries(stages).flatMap(([name, stage]) =>
    stage.manifest.outputs.map(async ({ file }) => [`${name}/${file}`, await stage.read(file)] as const),
  );
  return new Map(await Promise.all(reads));
}

function fileOf(files: Map<string, Buffer>, stages: Stages, stage: StageName, file: string): Buffer {
  const bytes = files.get(`${stage}/${file}`);
  if (bytes !== undefined) return bytes;
  const { folder } = stages[stage];
  throw new Failure('InputMissing', `${folder} has no output ${file}`, { path: `${folder}/${file}` });
}

function parseJson<T extends z.ZodType>(
  files: Map<string, Buffer>,
  stages: Stages,
  stage: StageName,
  file: string,
  schema: T,
): z.output<T> {
  return parseJsonArtifact(`${stages[stage].folder}/${file}`, fileOf(files, stages, stage, file), schema);
}

function decode<T>(
  files: Map<string, Buffer>,
  stages: Stages,
  file: string,
  decoder: (bytes: Uint8Array) => T,
): T {
  const bytes = fileOf(files, stages, 'Train', file);
  const path = `${stages.Train.folder}/${file}`;
  try {
    return decoder(bytes);
  } catch (error) {
    throw new Failure('InvalidArtifact', `${path}: ${messageOf(error)}`, { path }, error);
  }
}
