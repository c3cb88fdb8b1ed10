/** Builds the decision about a run: its status with conditions, its Events and its log lines. */
import type { StageName } from '../../../api/artifacts.ts';
import type { StageStatus, TrainingRunStatus } from '../../../api/training-run.ts';
import type { RunResource } from '../../observation.ts';
import type { Action, EventIntent, Note } from '../../plan.ts';
import { trainingRuns } from '../../resources.ts';
import { findCondition, truncate } from '../conditions.ts';
import { eventAbout, noteOf } from '../event.ts';
import type { RunDecision, RunInput, RunScore } from '../types.ts';
import { conditionsOf, type Phase } from './phase-conditions.ts';
import type { Cause } from './stage/finding.ts';

/** An Event about a run; `stage` where it is about another stage than the current one. */
export type RunEvent = EventIntent & { readonly stage?: StageName };

export interface DecisionParts {
  readonly phase: Phase;
  readonly cause: Cause;
  readonly stages: readonly StageStatus[];
  /** The current stage, or the one that the run ended with. */
  readonly stage: StageName | null;
  readonly startTime: string | null;
  readonly actions?: readonly Action[];
  readonly events?: readonly RunEvent[];
  readonly requeueAt?: number | null;
  /** Of a run that completes. */
  readonly results?: Pick<TrainingRunStatus, 'metrics' | 'version'>;
  readonly completionTime?: string;
  readonly score?: RunScore | undefined;
}

export function buildDecision({ run, now }: RunInput, parts: DecisionParts): RunDecision {
  const { phase, cause, stages, stage, startTime, completionTime, results } = parts;
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
  const { actions = [], requeueAt = null, score } = parts;
  const events = (parts.events ?? []).map(({ stage: _, ...event }) => event);
  const notes = notesOf(run, parts);
  return { status, actions, events, notes, requeueAt, ...(score && { score }) };
}

/**
 * A log line for each Event, and one for a changed state that no Event reports: a run can be followed by the log alone.
 */
function notesOf(
  run: RunResource,
  { phase, cause, stage, actions = [], events = [] }: DecisionParts,
): Note[] {
  const about = { run: run.name, ...(stage === null ? {} : { stage }) };
  const notes = events.map(event => {
    const { stage: eventStage } = event;
    return noteOf(event, { ...about, ...(eventStage !== undefined && { stage: eventStage }) });
  });
  const before = findCondition(run.status.conditions, 'Complete')?.reason;
  const isChanged =
    before !== cause.reason || run.status.stage !== (stage ?? undefined) || actions.length > 0;
  // Events report the end of a run and the retry of a stage.
  const isReported =
    phase === 'Complete' || phase === 'Failed' || notes.some(({ message }) => message === cause.message);
  return isChanged && !isReported ? [...notes, noteOf({ type: 'Normal', ...cause }, about)] : notes;
}

/** An Event about the run, its message cut to the API's limit. */
export function runEvent(
  { run }: RunInput,
  type: EventIntent['type'],
  reason: string,
  message: string,
): EventIntent {
  return eventAbout(run, trainingRuns, { type, reason, message: truncate(message, 1000) });
}
