/** A run's artifacts as a whole: four stages, each made from the ones before, and their common version. */
import { type StageName, stageNames } from '../api/artifacts.ts';
import { canonicalJson } from '../canonical-json.ts';
import { Failure } from '../failure.ts';
import { readStage, type StoredStage, sha256, stageFolder, verifyStage } from './artifacts.ts';

export type Stages = Readonly<Record<StageName, StoredStage>>;
export type OutputDigests = Readonly<Record<StageName, string>>;

export interface Version {
  readonly stages: Stages;
  readonly digests: OutputDigests;
  /** See `versionOf`. */
  readonly version: string;
}

/** The first 12 hexadecimal digits of the sha256 over the output digests of all stages. */
export function versionOf(digests: OutputDigests): string {
  return sha256(canonicalJson(digests)).slice(0, 12);
}

/**
 * Opens the four stages in `folder`, a run's or a published version's; their files are verified as they are read.
 * @throws Failure as `readStage`, and InputAltered when a stage was made from other inputs than those in the folder.
 */
export async function openVersion(folder: string): Promise<Version> {
  const opened = await Promise.all(stageNames.map(name => readStage(stageFolder(folder, name))));
  const stages = byStage(i => opened[i]) as Stages;
  checkLineage(stages);
  const digests = byStage(i => opened[i]?.manifest.outputDigest) as OutputDigests;
  return { stages, digests, version: versionOf(digests) };
}

/** Reads every file of every stage once. @throws Failure InputMissing or InputAltered naming the file. */
export async function verifyVersion({ stages }: Version): Promise<void> {
  for (const name of stageNames) await verifyStage(stages[name]);
}

function byStage(value: (index: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(stageNames.map((name, i) => [name, value(i)]));
}

/**
 * Checks that the opened stages were made from each other.
 * @throws Failure InputAltered when a stage was made from another than what lies beside it.
 */
export function checkLineage(stages: Partial<Stages>): void {
  for (const { folder, manifest } of Object.values(stages)) {
    for (const [name, expected] of Object.entries(manifest.inputs) as [StageName, string][]) {
      const actual = stages[name]?.manifest.outputDigest;
      if (actual === undefined || actual === expected) continue;
      throw new Failure(
        'InputAltered',
        `${folder} was made from ${name} ${expected}, but the folder contains ${actual}`,
        { path: folder, stage: name, expected, actual },
      );
    }
  }
}
