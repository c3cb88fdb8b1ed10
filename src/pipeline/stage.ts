/** What a stage is: a function from verified input files to output files. */
import type { JsonValue, StageName } from '../api/artifacts.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import type { RunTask } from '../models/training-tasks.ts';
import type { StoredStage } from './artifacts.ts';

/** Headline figures of a stage, small enough for a termination message. Decimals travel as strings. */
export type StageMetrics = Record<string, string | number>;

/** The published version that now serves, beside which Evaluate judges; its artifacts are verified as they are read. */
export interface ChampionArtifacts extends ChampionLocation {
  /** @throws Failure InputMissing, InputAltered or InvalidArtifact when the stage cannot be trusted. */
  open(stage: StageName): Promise<StoredStage>;
}

/** All that a stage may touch. There is no clock and no randomness in it but the spec's seed. */
export interface StageContext {
  readonly spec: ArtifactSpec;
  /** Bytes of an earlier stage's output; its digest has been verified. */
  input(stage: StageName, file: string): Promise<Buffer>;
  /** Absent when nothing serves yet. Evaluate alone reads it. */
  readonly champion?: ChampionArtifacts | undefined;
  /** Writes one output file (no folders); visible only once the whole stage has succeeded. */
  output(file: string, data: string | Uint8Array): Promise<void>;
  /** Tells people how far the stage is: a fraction in [0, 1] and what it is doing. */
  progress(fraction: number, message: string): void;
  /** Runs a compute task on another core. */
  readonly runTask: RunTask;
  /** Fires when the run is cancelled: stop soon, throw `signal.reason`. */
  readonly signal: AbortSignal;
}

/** A published version and its folder, `<artifacts>/<model>/.versions/<version>`. */
export interface ChampionLocation {
  readonly version: string;
  readonly folder: string;
}

/** What a run depends on besides its spec, resolved once by the program. */
export interface RunEnvironment {
  /** The moment the run was asked for, ISO 8601; decides which bars are settled. Fetch alone may ask for it. */
  readonly now: string;
  /** The version that serves, if any: Evaluate judges it on the same days. */
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
  /** @throws Failure naming what is wrong. */
  run(context: StageContext, environment: RunEnvironment): Promise<StageMetrics>;
}
