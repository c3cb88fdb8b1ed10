/**
 * Which code made an artifact. A stage is reused only by code of the same version, so a version covers everything that
 * can change the stage's outputs and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StageName } from '../api/artifacts.ts';
import { builtVersions } from '../package-files.ts';
import type { Stage } from './stage.ts';

type StageCode = Pick<Stage, 'name' | 'usesWorkers'>;

const versions = new Map<StageName, Promise<string>>();

/**
 * The package's version with the first 12 hex digits of a digest over the code that the stage reaches, such as
 * `0.1.0+1f0c5a9e7b21`. Bundles carry it; from sources it is computed once per process.
 */
export async function codeVersion(stage: StageCode): Promise<string> {
  if (builtVersions !== undefined) return builtVersions.stages[stage.name];
  const version = versions.get(stage.name) ?? versionFromSources(stage);
  versions.set(stage.name, version);
  return version;
}

const packageSchema = z.object({ version: z.string() });

async function versionFromSources(stage: StageCode): Promise<string> {
  const { codeDigest } = await import('./code-digest.ts');
  const root = join(import.meta.dirname, '..', '..');
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return `${version}+${(await codeDigest(root, stageModules(stage))).slice(0, 12)}`;
}

/** The modules that a stage's code begins with, as paths in the repository. */
export function stageModules({ name, usesWorkers }: StageCode): string[] {
  return [`src/pipeline/${name.toLowerCase()}.ts`, ...(usesWorkers ? ['src/pipeline/training-pool.ts'] : [])];
}
