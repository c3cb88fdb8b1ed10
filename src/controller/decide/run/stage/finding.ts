/** What is known about the stage that a run is at, and what the rules of this folder find in it. */
import type { StageName } from '../../../../api/artifacts.ts';
import type { StageSuccess } from '../../../../api/stage-report.ts';
import type { StageSpec, StageStatus, TrainingRunSpec } from '../../../../api/training-run.ts';
import type { ContainerEnd, JobResource, PodResource } from '../../../observation.ts';

/** Why something failed or waits. */
export interface Cause {
  /** One CamelCase word. */
  readonly reason: string;
  /** A sentence, which names what to do where that is known; may end with the last lines of a log. */
  readonly message: string;
}

/** Times are milliseconds since the epoch. */
export interface StageContext {
  readonly now: number;
  readonly spec: TrainingRunSpec;
  readonly stage: StageName;
  readonly limits: Omit<StageSpec, 'name'>;
  /** As it was last written. */
  readonly status: StageStatus;
  /** The run's own Job of this stage. */
  readonly job: JobResource | null;
  /** A Job of that name that another run controls. */
  readonly namesake: JobResource | null;
  /** Of the run's name and other Jobs, most of them gone, that have not ended: they work on the same files. */
  readonly leftovers: readonly PodResource[];
  /** Of `job`, newest first. */
  readonly pods: readonly PodResource[];
  /** When the run's clocks were last set going: its start, or its resumption. */
  readonly clockStart: number;
}

export type Finding =
  | {
      readonly kind: 'Succeeded';
      readonly pod: PodResource;
      readonly end: ContainerEnd;
      readonly report: StageSuccess;
    }
  | { readonly kind: 'Failed'; readonly cause: Cause; readonly attempts: number }
  /** There is no Job; `again` when there was one. */
  | { readonly kind: 'Launch'; readonly again: boolean }
  /** There cannot be a Job yet. */
  | { readonly kind: 'Waiting'; readonly cause: Cause }
  /** The Job is done and its result is gone: it is made again. */
  | { readonly kind: 'Lost'; readonly job: JobResource; readonly cause: Cause }
  /** The Job cannot go on by itself, and may yet. */
  | {
      readonly kind: 'Blocked';
      readonly job: JobResource;
      readonly cause: Cause;
      readonly requeueAt: number;
    }
  | {
      readonly kind: 'Retrying';
      readonly job: JobResource;
      readonly cause: Cause;
      readonly attempts: number;
      readonly requeueAt: number | null;
    }
  | { readonly kind: 'Working'; readonly job: JobResource; readonly requeueAt: number | null };

/** A finding, or null for the next rule to say. */
export type StageRule = (context: StageContext) => Finding | null;
