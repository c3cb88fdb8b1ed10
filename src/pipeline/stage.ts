/** The interface of a stage: a function from verified input files to output files. */
import type { JsonValue, StageName } from '../api/artifacts.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import type { RunTask } from '../models/training-tasks.ts';
import type { Version } from './version.ts';

/** Headline figures of a stage, small enough for a termination message. Decimals travel as strings. */
export type StageMetrics = Record<string, string | number>;

/** The published version that serves, with which Evaluate compares. Its artifacts are verified when they are read. */
export interface ChampionArtifacts extends ChampionLocation {
  /** @throws Failure InputMissing, InputAltered or InvalidArtifact when its manifests are not valid. */
  open(): Promise<Version>;
}

/** Everything that a stage may use. It has no clock, and its only randomness is the spec's seed. */
export interface StageContext {
  readonly spec: ArtifactSpec;
  /** Bytes of an earlier stage's output; its digest has been verified. */
  input(stage: StageName, file: string): Promise<Buffer>;
  /** Undefined when nothing serves yet. Only Evaluate reads it. */
  readonly champion?: ChampionArtifacts | undefined;
  /** Writes one output file (no folders); visible only once the whole stage has succeeded. */
  output(file: string, data: string | Uint8Array): Promise<void>;
  /** Reports the finished fraction, in [0, 1], and the current step. */
  progress(fraction: number, message: string): void;
  /** Runs a compute task on another core. */
  readonly runTask: RunTask;
  /** Aborts when the run is cancelled: stop soon and throw `signal.reason`. */
  readonly signal: AbortSignal;
}

/** A published version and its folder, `<artifacts>/<model>/.versions/<version>`. */
export interface ChampionLocation {
  readonly version: string;
  readonly folder: string;
}

/** Inputs of a run besides its spec; the program determines them once. */
export interface RunEnvironment {
  /** When the run started, ISO 8601; decides which bars are settled. Only Fetch may use it. */
  readonly now: string;
  /** The version that serves, if any: Evaluate scores it on the same days. */
  readonly champion?: ChampionLocation | undefined;
}

export interface Stage {
  readonly name: StageName;
  /** The earlier stages whose outputs it reads. */
  readonly reads: readonly StageName[];
  /** Whether it runs tasks on worker threads. */
  readonly usesWorkers: boolean;
  /**
   * Everything besides its inputs that its outputs depend on. Equal parameters, inputs and code mean equal
   * outputs, so the stage is reused.
   */
  parameters(spec: ArtifactSpec, environment: RunEnvironment): JsonValue | Promise<JsonValue>;
  /** @throws Failure naming the cause. */
  run(context: StageContext, environment: RunEnvironment): Promise<StageMetrics>;
}
