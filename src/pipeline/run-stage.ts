/** Runs one stage: verifies its inputs, reuses finished outputs, and publishes new outputs atomically. */
import type { Manifest, StageName } from '../api/artifacts.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import { Failure } from '../failure.ts';
import type { RunTask } from '../models/training-tasks.ts';
import {
  finishedStage,
  inputDigest,
  readStage,
  StageWriter,
  type StoredStage,
  stageFolder,
} from './artifacts.ts';
import { codeVersion } from './code-version.ts';
import type { ChampionArtifacts, ChampionLocation, RunEnvironment, Stage } from './stage.ts';
import { openVersion } from './version.ts';

export interface StageRunOptions {
  /** `<artifacts>/<model>/<run>`. */
  readonly runFolder: string;
  readonly spec: ArtifactSpec;
  readonly environment: RunEnvironment;
  readonly runTask: RunTask;
  readonly signal: AbortSignal;
  readonly progress: (fraction: number, message: string) => void;
}

export interface StageOutcome {
  readonly stage: StageName;
  readonly state: 'Succeeded' | 'Reused';
  readonly manifest: Manifest;
}

/**
 * Runs a stage, unless its folder is up to date.
 * @throws Failure when an input is missing or altered, or the stage itself fails; nothing is written then.
 */
export async function runStage(stage: Stage, options: StageRunOptions): Promise<StageOutcome> {
  const { runFolder, spec, environment } = options;
  const folder = stageFolder(runFolder, stage.name);
  const inputs = await openInputs(stage, runFolder);
  const work = {
    stage: stage.name,
    code: await codeVersion(stage),
    parameters: await stage.parameters(spec, environment),
    inputs: Object.fromEntries([...inputs].map(([name, input]) => [name, input.manifest.outputDigest])),
  };
  const digest = inputDigest(work);
  const reused = async (): Promise<StageOutcome | undefined> => {
    const manifest = await finishedStage(folder, digest);
    return manifest && { stage: stage.name, state: 'Reused', manifest };
  };
  const finished = await reused();
  if (finished !== undefined) return finished;

  const writer = await StageWriter.create(folder);
  try {
    const metrics = await stage.run(
      {
        ...options,
        runTask: stage.usesWorkers ? options.runTask : refuseTasks(stage),
        champion: championArtifacts(environment.champion),
        input: (name, file) => inputOf(stage, inputs, name).read(file),
        output: (file, data) => writer.write(file, data),
      },
      environment,
    );
    options.signal.throwIfAborted();
    return { stage: stage.name, state: 'Succeeded', manifest: await writer.commit({ ...work, metrics }) };
  } catch (error) {
    await writer.discard();
    // Another process may have finished the same stage first: after a partition two pods may run for one Job.
    const finishedByOther =
      error instanceof Failure && error.reason === 'StorageFailed' ? await reused() : undefined;
    if (finishedByOther === undefined) throw error;
    return finishedByOther;
  }
}

function championArtifacts(champion: ChampionLocation | undefined): ChampionArtifacts | undefined {
  if (champion === undefined) return undefined;
  return { ...champion, open: () => openVersion(champion.folder) };
}

/** The code that worker threads run is part of a stage's version only where the stage declares it. */
function refuseTasks({ name }: Stage): RunTask {
  return () => Promise.reject(new Error(`${name} does not declare that it uses workers`));
}

async function openInputs(stage: Stage, runFolder: string): Promise<Map<StageName, StoredStage>> {
  const inputs = new Map<StageName, StoredStage>();
  for (const name of stage.reads) inputs.set(name, await readStage(stageFolder(runFolder, name)));
  return inputs;
}

function inputOf(stage: Stage, inputs: Map<StageName, StoredStage>, name: StageName): StoredStage {
  const input = inputs.get(name);
  if (input === undefined) throw new Error(`${stage.name} does not declare that it reads ${name}`);
  return input;
}
