/**
 * What the rooms of a decision give each other. The order is: each run on its own (`run/`), then who is promoted
 * (`promotion/`), then what is rolled out (`serving/`), then what is due (`schedule/`), then how what served came true
 * (`scoring/`); `decide.ts` puts it together.
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

/** What every room gives back besides its own results. */
export interface Effects extends Announcements {
  readonly actions: readonly Action[];
  /** Milliseconds since the epoch; null: no need. */
  readonly requeueAt: number | null;
}

/** One run, its children, and what it must know of the Model. */
export interface RunInput {
  readonly now: number;
  readonly settings: Settings;
  readonly run: RunResource;
  /** All that carry the run's name: a deleted namesake's are told apart by their owner's uid, and waited for. */
  readonly jobs: readonly JobResource[];
  /** All that carry the run's name. */
  readonly pods: readonly PodResource[];
  /** Null when there is none yet, or none any more. */
  readonly model: ModelResource | null;
  /** The run of the same Model whose turn it is instead; null when it is this run's. */
  readonly blockedBy: string | null;
  /** Of its Jobs; the run then fails, with reason InvalidPodTemplate where the template is at fault. */
  readonly refusals: readonly Refusal[];
}

export interface RunDecision extends Effects {
  /** Whole and final but for the condition Promoted, which `promotion/` sets. */
  readonly status: TrainingRunStatus;
  /** Of a run that ends now. Absent where it had nothing to score. */
  readonly scored?: RunScore;
}

/** What a run's Evaluate has found out about the forecasts of versions before it, or why it could not. */
export interface RunScore {
  /** The run's name. */
  readonly run: string;
  /** When Evaluate had ended, ISO 8601. */
  readonly time: string;
  readonly live?: LiveStatus | undefined;
  /** Why that is missing, or lacks days. */
  readonly problem?: LiveProblem | undefined;
}

export interface JudgedRun {
  readonly run: RunResource;
  /** As the run's own decision left it. */
  readonly status: TrainingRunStatus;
}

export interface PromotionInput {
  readonly now: number;
  readonly model: ModelResource;
  readonly runs: readonly JudgedRun[];
}

export interface PromotionDecision extends Effects {
  readonly champion: Champion | null;
  /** Newest first, at most `historyLimit`. */
  readonly history: readonly HistoryEntry[];
  readonly judged: NonNullable<ModelStatus['judged']>;
  /** The condition Promoted of each run, by name. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /** Why the pinned run cannot be served, if it cannot. */
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
  /** Of the Model's children; such an action is tried again later, with backoff. */
  readonly refusals: readonly Refusal[];
}

export interface ServingDecision extends Effects {
  readonly status: Pick<
    ModelStatus,
    'serving' | 'rollout' | 'conditions' | 'url' | 'replicas' | 'readyReplicas' | 'selector'
  >;
  /** After a failed rollout the last good version is the champion again, and the failure is in the history. */
  readonly champion: Champion | null;
  readonly history: readonly HistoryEntry[];
}

export interface ScheduleInput {
  readonly now: number;
  readonly model: ModelResource;
  readonly runs: readonly JudgedRun[];
}

export interface ScheduleDecision extends Effects {
  readonly status: Pick<ModelStatus, 'lastScheduleTime' | 'nextScheduleTime'>;
}

export interface ScoringInput {
  readonly now: number;
  readonly settings: Settings;
  readonly model: ModelResource;
  /** What serves; null while nothing does. */
  readonly champion: Champion | null;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  /** Whether a run of the Model is at work. */
  readonly running: boolean;
  /** What the runs of this decision found out. */
  readonly found: readonly RunScore[];
  readonly jobs: readonly ScoreJobResource[];
  /** Of those Jobs. */
  readonly pods: readonly PodResource[];
  /** Of Jobs. */
  readonly refusals: readonly Refusal[];
}

export interface ScoringDecision extends Effects {
  readonly status: Pick<ModelStatus, 'live' | 'scoring'>;
}
