/** Runs the four stages one after the other in one process, with the same files as in a cluster. */
import { stageNames } from '../api/artifacts.ts';
import type { TrainingRun } from '../api/training-run.ts';
import { messageOf } from '../failure.ts';
import { runFolder } from '../pipeline/run-folder.ts';
import { runStage, type StageOutcome } from '../pipeline/run-stage.ts';
import type { RunEnvironment } from '../pipeline/stage.ts';
import { loadStage } from '../pipeline/stages.ts';
import { TrainingPool } from '../pipeline/training-pool.ts';
import type { StageDisplay } from './display.ts';

export interface PipelineOptions {
  readonly run: TrainingRun;
  readonly artifacts: string;
  readonly environment: RunEnvironment;
  readonly display: StageDisplay;
  readonly signal: AbortSignal;
}

/**
 * Stops at the first stage that fails: later stages do not run.
 * @throws the stage's Failure.
 */
export async function runPipeline(options: PipelineOptions): Promise<void> {
  const { run, artifacts, environment, display, signal } = options;
  const pool = new TrainingPool();
  signal.addEventListener('abort', () => void pool.close(), { once: true });
  try {
    for (const name of stageNames) {
      signal.throwIfAborted();
      display.begin(name);
      const outcome = await runStage(await loadStage(name), {
        runFolder: runFolder(artifacts, run),
        spec: run.spec,
        environment,
        runTask: pool.runTask,
        signal,
        progress: (fraction, message) => display.progress(fraction, message),
      });
      display.succeeded(outcome.state === 'Reused', summary(outcome));
    }
  } catch (error) {
    display.failed(messageOf(error));
    throw error;
  } finally {
    await pool.close();
  }
}

function summary({ manifest }: StageOutcome): string {
  const figures = Object.entries(manifest.metrics).slice(0, 4);
  return figures.map(([name, value]) => `${name} ${value}`).join(', ');
}
