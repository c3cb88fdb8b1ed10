/** Types of the rules about a run's current stage: their input and their findings. */
import type { StageName } from '../../../../api/artifacts.ts';
import type { StageSuccess } from '../../../../api/stage-report.ts';
import type { StageSpec, StageStatus, TrainingRunSpec } from '../../../../api/training-run.ts';
import type { ContainerEnd, JobResource, PodResource } from '../../../observation.ts';

/** Why something failed or does not proceed. */
export interface Cause {
  /** CamelCase. */
  readonly reason: string;
  /** A sentence, with what to do about it where that is known; may end with the last lines of a log. */
  readonly message: string;
}

/** What the rules depend on. Times are milliseconds since the epoch. */
export interface StageContext {
  readonly now: number;
  readonly spec: TrainingRunSpec;
  readonly stage: StageName;
  readonly limits: Omit<StageSpec, 'name'>;
  /** The stored status. */
  readonly status: StageStatus;
  /** The run's own Job of this stage. */
  readonly job: JobResource | null;
  /** A Job of the same name that a deleted run of the same name controls. */
  readonly namesake: JobResource | null;
  /** Pods of other, mostly deleted, Jobs for this run's name that have not ended: they use the same files. */
  readonly leftovers: readonly PodResource[];
  /** The pods of `job`, newest first. */
  readonly pods: readonly PodResource[];
  /** The message of the last Event about a pod that the Job could not create; null when there is none. */
  readonly podFailure: string | null;
  /** The message of the last Event about a volume that its live pod could not mount; null when there is none. */
  readonly mountFailure: string | null;
  /** The digest of the template that the spec renders now; null when there is no Model to render it for. */
  readonly templateDigest: string | null;
  /** When the run's deadlines started to count: at its start, or at its last resumption. */
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
  /** The stage's Job must be created; `again` when it existed before and was lost. */
  | { readonly kind: 'Launch'; readonly again: boolean }
  /** The stage's Job cannot be created yet. */
  | { readonly kind: 'Waiting'; readonly cause: Cause }
  /** The Job is Complete and its report is missing: it is deleted and created again. */
  | { readonly kind: 'ReportLost'; readonly job: JobResource; readonly cause: Cause }
  /** The Job was created from an older spec, and no container of it has started: it is replaced. */
  | { readonly kind: 'Outdated'; readonly job: JobResource; readonly cause: Cause }
  /** The Job's pod does not start, and its start deadline has not passed. */
  | {
      readonly kind: 'Blocked';
      readonly job: JobResource;
      readonly cause: Cause;
      readonly requeueAt: number;
    }
  /** An attempt failed, and the Job retries. */
  | {
      readonly kind: 'Retrying';
      readonly job: JobResource;
      readonly cause: Cause;
      readonly attempts: number;
      readonly requeueAt: number | null;
    }
  | { readonly kind: 'Running'; readonly job: JobResource; readonly requeueAt: number | null };

/** A finding, or null when the rule does not apply. */
export type StageRule = (context: StageContext) => Finding | null;
