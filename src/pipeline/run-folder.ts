/** Where a run's artifacts live below the artifacts folder (locally) or the volume (in a cluster). */
import { join } from 'node:path';
import type { TrainingRun } from '../api/training-run.ts';

/** The Model a run competes for: its own name unless the spec says otherwise. */
function modelName(run: TrainingRun): string {
  return run.spec.model ?? run.metadata.name;
}

/** `<artifacts>/<model>/<run>`. */
export function runFolder(artifacts: string, run: TrainingRun): string {
  return join(artifacts, modelName(run), run.metadata.name);
}
