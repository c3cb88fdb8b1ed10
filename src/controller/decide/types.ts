/**
 * The inputs and results of the steps of a decision. The order is: each run (`run/`), promotion (`promotion/`), rollout
 * (`serving/`), schedule (`schedule/`), scoring of past forecasts (`scoring/`). `decide.ts` combines them.
 */

import type { Condition } from '../../api/conditions.ts';
import type { LiveProblem, LiveStatus } from '../../api/live.ts';
import type { Champion, HistoryEntry, ModelStatus } from '../../api/model.ts';
import type { TrainingRunStatus } from '../../api/training-run.ts';
import type {
  ChildResource,
  ClaimResource,
  DeploymentResource,
  JobResource,
  ModelResource,
  PodResource,
  Refusal,
  RunResource,
  ScoreJobResource,
  Settings,
} from '../observation.ts';
import type { Action, Announcements } from '../plan.ts';
import type { Cause } from './run/stage/finding.ts';

/** The content of a condition. */
export type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Common to the results of all steps. */
export interface Effects extends Announcements {
  readonly actions: readonly Action[];
  /** When to reconcile again although nothing has changed, in milliseconds since the epoch; null: not needed. */
  readonly requeueAt: number | null;
}

/** One run with everything that its decision depends on. */
export interface RunInput {
  readonly now: number;
  readonly settings: Settings;
  readonly run: RunResource;
  /**
   * All Jobs labelled with the run's name. Those of a deleted run of the same name have another owner uid; the run
   * waits until they are gone.
   */
  readonly jobs: readonly JobResource[];
  /** All pods labelled with the run's name. */
  readonly pods: readonly PodResource[];
  /** As in the observation. */
  readonly podFailures: ReadonlyMap<string, string>;
  /** Null when the Model does not exist. */
  readonly model: ModelResource | null;
  /** The run of the same Model that this run is queued behind; null when it may run. */
  readonly blockedBy: string | null;
  /** Why its Model does not let it compete; null when it does. */
  readonly notSelected: Cause | null;
  /** Jobs that the API server refused. */
  readonly refusals: readonly Refusal[];
}

export interface RunDecision extends Effects {
  /** The complete new status, except the condition Promoted, which `promotion/` sets. */
  readonly status: TrainingRunStatus;
  /** Set when the run completes in this decision and its Evaluate scored, or tried to score, past forecasts. */
  readonly score?: RunScore;
}

/** A run's result of scoring the forecasts of earlier versions. */
export interface RunScore {
  /** The run's name. */
  readonly run: string;
  /** When Evaluate ended, ISO 8601. */
  readonly time: string;
  /** The figures; absent when nothing could be scored. */
  readonly live?: LiveStatus | undefined;
  /** Why `live` is absent or lacks some days. */
  readonly problem?: LiveProblem | undefined;
}

export interface DecidedRun {
  readonly run: RunResource;
  /** The status after the run's decision. */
  readonly status: TrainingRunStatus;
  /** Why its Model does not let it compete; null when it does. */
  readonly notSelected: Cause | null;
}

export interface PromotionInput {
  readonly now: number;
  readonly model: ModelResource;
  readonly runs: readonly DecidedRun[];
  /** Whether servers are wanted and none is ready. */
  readonly nothingServes: boolean;
}

export interface PromotionDecision extends Effects {
  readonly champion: Champion | null;
  /** The run that `promotion.approvedRun` approves; null while there is none. */
  readonly approval: ModelStatus['approval'] | null;
  readonly pin: ModelStatus['pin'] | null;
  /** Newest first, at most `historyLimit`. */
  readonly history: readonly HistoryEntry[];
  readonly judged: NonNullable<ModelStatus['judged']>;
  /** The condition Promoted of each run, by run name. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /** Why the pinned run cannot be served; null when it can, or when nothing is pinned. */
  readonly pinProblem: string | null;
}

export interface ServingInput {
  readonly now: number;
  readonly settings: Settings;
  readonly model: ModelResource;
  readonly promotion: PromotionDecision;
  readonly claim: ClaimResource | null;
  readonly deployment: DeploymentResource | null;
  readonly children: readonly ChildResource[];
  /** The servers' pods. */
  readonly pods: readonly PodResource[];
  /** Objects of the Model that the API server refused; these actions are retried with backoff. */
  readonly refusals: readonly Refusal[];
}

export interface ServingDecision extends Effects {
  readonly status: Pick<
    ModelStatus,
    'serving' | 'rollout' | 'conditions' | 'url' | 'replicas' | 'readyReplicas' | 'selector'
  >;
  /** As promotion decided; after a failed rollout, the last good version. */
  readonly champion: Champion | null;
  /** As promotion decided; after a failed rollout, with an entry for it. */
  readonly history: readonly HistoryEntry[];
}

export interface ScheduleInput {
  readonly now: number;
  readonly model: ModelResource;
  readonly runs: readonly DecidedRun[];
  /** TrainingRuns that the API server refused. */
  readonly refusals: readonly Refusal[];
}

export interface ScheduleDecision extends Effects {
  readonly status: Pick<ModelStatus, 'lastScheduleTime' | 'nextScheduleTime'>;
  /** The content of the condition Scheduled; null without a schedule. */
  readonly condition: Verdict | null;
}

export interface ScoringInput {
  readonly now: number;
  readonly settings: Settings;
  readonly model: ModelResource;
  /** Null while nothing has been promoted. */
  readonly champion: Champion | null;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  /** Whether a run of the Model is in phase Running. */
  readonly running: boolean;
  /** Results of the runs that complete in this decision. */
  readonly runScores: readonly RunScore[];
  /** Score Jobs. */
  readonly jobs: readonly ScoreJobResource[];
  /** The pods of these Jobs. */
  readonly pods: readonly PodResource[];
  /** Jobs that the API server refused. */
  readonly refusals: readonly Refusal[];
}

export interface ScoringDecision extends Effects {
  readonly status: Pick<ModelStatus, 'live' | 'scoring'>;
  /** The content of the condition ScoringScheduled; null without a schedule of scoring. */
  readonly condition: Verdict | null;
}
