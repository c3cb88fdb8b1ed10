/** Trains on fresh bars, or on the embedded sample if the source cannot be reached. */
import type { TrainingRun } from '../../src/api/training-run.ts';
import { Failure, type FailureReason } from '../../src/failure.ts';
import { StageDisplay } from '../../src/local/display.ts';
import { runPipeline } from '../../src/local/pipeline.ts';
import { isSampleSymbol } from '../../src/market/sources/sample/source.ts';
import { runFolder } from '../../src/pipeline/run-folder.ts';

/**
 * The source is unavailable after all retries. UnexpectedAnswer is not in the list: a changed response format needs
 * attention, and the sample would hide it.
 */
const unavailable: readonly FailureReason[] = ['SourceUnavailable', 'TimedOut', 'RateLimited'];

export interface Retrained {
  /** The run's folder. */
  readonly folder: string;
  /** Why the sample replaced fresh bars, if it did. */
  readonly fallback?: Failure;
}

/** @throws Failure of the first stage that failed, unless the sample replaces the bars. */
export async function retrain(run: TrainingRun, artifacts: string): Promise<Retrained> {
  try {
    return { folder: await train(run, artifacts) };
  } catch (error) {
    if (!isUnavailable(error) || !isSampleSymbol(run.spec.symbol)) throw error;
    return { folder: await train(onSample(run), artifacts), fallback: error };
  }
}

function isUnavailable(error: unknown): error is Failure {
  return error instanceof Failure && unavailable.includes(error.reason);
}

async function train(run: TrainingRun, artifacts: string): Promise<string> {
  await runPipeline({
    run,
    artifacts,
    environment: { now: new Date().toISOString() },
    display: new StageDisplay(process.stdout, () => performance.now()),
    signal: new AbortController().signal,
  });
  return runFolder(artifacts, run);
}

/** The same run on the whole sample. */
function onSample({ metadata, spec, ...rest }: TrainingRun): TrainingRun {
  const { start, lookbackDays, ...data } = spec.data;
  return {
    ...rest,
    metadata: { ...metadata, name: `${metadata.name}-sample` },
    spec: { ...spec, data: { ...data, source: 'Sample' } },
  };
}
