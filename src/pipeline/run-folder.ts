/** Paths of artifacts below the artifacts folder (locally) or the volume (in a cluster). */
import { basename, dirname, join } from 'node:path';
import { versionsFolder } from '../api/artifacts.ts';
import type { TrainingRun } from '../api/training-run.ts';

/** The Model of a run; its default is the run's name. */
function modelName(run: TrainingRun): string {
  return run.spec.model ?? run.metadata.name;
}

/** `<artifacts>/<model>/<run>`. */
export function runFolder(artifacts: string, run: TrainingRun): string {
  return join(artifacts, modelName(run), run.metadata.name);
}

/** `<artifacts>/<model>/.versions/<version>`, for a version of the model that `runFolder` belongs to. */
export function versionFolder(runFolder: string, version: string): string {
  return join(dirname(runFolder), versionsFolder, version);
}

/** The Model and the run (or the published version) in the path of a folder. */
export function namesOf(folder: string): { model: string; run: string } {
  const parent = dirname(folder);
  const model = basename(parent) === versionsFolder ? dirname(parent) : parent;
  return { model: basename(model), run: basename(folder) };
}
