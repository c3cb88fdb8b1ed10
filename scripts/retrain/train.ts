/** Trains on fresh bars of Yahoo, or on the embedded sample where Yahoo is out of reach. */
import type { TrainingRun } from '../../src/api/training-run.ts';
import { Failure, type FailureReason } from '../../src/failure.ts';
import { StageDisplay } from '../../src/local/display.ts';
import { runPipeline } from '../../src/local/pipeline.ts';
import { isSampleSymbol } from '../../src/market/sources/sample/source.ts';
import { runFolder } from '../../src/pipeline/run-folder.ts';

/**
 * Yahoo did not answer, or not now, after all retries. Not among them is UnexpectedAnswer: another form of answer is
 * for people to look at, and would be hidden by the sample.
 */
const outOfReach: readonly FailureReason[] = ['SourceUnavailable', 'TimedOut', 'RateLimited'];

export interface Retrained {
  /** The run's folder. */
  readonly folder: string;
  /** Why there were no fresh bars, and the sample was taken instead. */
  readonly fallback?: Failure;
}

/** @throws Failure of the first stage that failed, unless the sample stands in. */
export async function retrain(run: TrainingRun, artifacts: string): Promise<Retrained> {
  try {
    return { folder: await train(run, artifacts) };
  } catch (error) {
    if (!isOutOfReach(error) || !isSampleSymbol(run.spec.symbol)) throw error;
    return { folder: await train(onSample(run), artifacts), fallback: error };
  }
}

function isOutOfReach(error: unknown): error is Failure {
  return error instanceof Failure && outOfReach.includes(error.reason);
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

/** The same run on all of the sample. */
function onSample({ metadata, spec, ...rest }: TrainingRun): TrainingRun {
  const { start, lookbackDays, ...data } = spec.data;
  return {
    ...rest,
    metadata: { ...metadata, name: `${metadata.name}-sample` },
    spec: { ...spec, data: { ...data, source: 'Sample' } },
  };
}
