/** A decision while it is made: one value that the steps add to, read once at the end. */
import type { StageName } from '../../../api/artifacts.ts';
import type { StageStatus, TrainingRunStatus } from '../../../api/training-run.ts';
import type { RunResource } from '../../observation.ts';
import type { Action, EventIntent, Note } from '../../plan.ts';
import { trainingRuns } from '../../resources.ts';
import { findCondition, truncate } from '../conditions.ts';
import { eventAbout, lineOf } from '../event.ts';
import type { RunDecision, RunInput, RunScore } from '../types.ts';
import { conditionsOf, type Phase } from './phase.ts';
import type { Cause } from './stage/finding.ts';

/** An Event of a run, and the stage that it is about where that is not the one that the run is at. */
export type StoryEvent = EventIntent & { readonly stage?: StageName };

/** What a step decides about the run as a whole. */
export interface Outcome {
  readonly phase: Phase;
  readonly cause: Cause;
  readonly stages: readonly StageStatus[];
  /** The stage that the run is at, or ended with. */
  readonly stage: StageName | null;
  readonly startTime: string | null;
  readonly actions?: readonly Action[];
  readonly events?: readonly StoryEvent[];
  readonly requeueAt?: number | null;
  /** Of a run that is Complete. */
  readonly results?: Pick<TrainingRunStatus, 'metrics' | 'version'>;
  readonly completionTime?: string;
  /** What Evaluate found out about the forecasts of versions before it. */
  readonly scored?: RunScore | undefined;
}

/** The decision, with the status whole and the run's story for the log. */
export function decisionOf({ run, now }: RunInput, outcome: Outcome): RunDecision {
  const { phase, cause, stages, stage, startTime, completionTime, results } = outcome;
  const status: TrainingRunStatus = {
    ...run.status,
    model: run.model,
    observedGeneration: run.generation,
    phase,
    ...(stage === null ? {} : { stage }),
    conditions: conditionsOf(run, phase, cause, now),
    stages: [...stages],
    ...results,
    ...(startTime === null ? {} : { startTime }),
    ...(completionTime === undefined ? {} : { completionTime }),
  };
  const { actions = [], requeueAt = null, scored } = outcome;
  const events = (outcome.events ?? []).map(({ stage: _, ...event }) => event);
  const notes = notesOf(run, outcome);
  return { status, actions, events, notes, requeueAt, ...(scored && { scored }) };
}

/** What its Events tell, and where it stands when that is news: the log alone tells the whole story. */
function notesOf(run: RunResource, { phase, cause, stage, actions = [], events = [] }: Outcome): Note[] {
  const about = { run: run.name, ...(stage === null ? {} : { stage }) };
  const told = events.map(event => {
    const { stage: own } = event;
    return lineOf(event, { ...about, ...(own !== undefined && { stage: own }) });
  });
  const before = findCondition(run.status.conditions, 'Complete')?.reason;
  const isNews = before !== cause.reason || run.status.stage !== (stage ?? undefined) || actions.length > 0;
  // How it ended, and why a stage is tried again, is told by an Event.
  const isTold =
    phase === 'Complete' || phase === 'Failed' || told.some(({ message }) => message === cause.message);
  const stands = isNews && !isTold;
  return stands ? [...told, lineOf({ type: 'Normal', ...cause }, about)] : told;
}

/** An Event about the run, within the API's limit. */
export function runEvent(
  { run }: RunInput,
  type: EventIntent['type'],
  reason: string,
  message: string,
): EventIntent {
  return eventAbout(run, trainingRuns, { type, reason, message: truncate(message, 1000) });
}
