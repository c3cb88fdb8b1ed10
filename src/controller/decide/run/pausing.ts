/** Reasons for a run to stand still that are no fault of its own: it is held, it queues, or its Model is not there. */
import { apiVersionOf } from '../../../kubernetes/resource.ts';
import type { Action } from '../../plan.ts';
import { models } from '../../resources.ts';
import { isTrue, truncate } from '../conditions.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { decisionOf, runEvent } from './decision.ts';
import { storySoFar } from './events.ts';
import { ownJobs, type Progress } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { withoutProblem } from './stage-status.ts';
import { suspendJobs } from './suspension.ts';

/** `spec.suspend`: no pod runs; what has succeeded stays so. */
export function suspended(input: RunInput, progress: Progress): RunDecision {
  const cause = {
    reason: 'Suspended',
    message: 'The run is held by spec.suspend; set it to false to go on.',
  };
  const events = storySoFar(input, progress);
  if (!isTrue(input.run.status.conditions, 'Suspended')) {
    events.push(runEvent(input, 'Normal', 'Suspended', cause.message));
  }
  return still(input, progress, { phase: 'Suspended', cause, events });
}

/** Another run of the same Model is at work. */
export function queued(input: RunInput, progress: Progress, blockedBy: string): RunDecision {
  const message = `Waits for run ${blockedBy}: the runs of one Model take turns.`;
  const cause = { reason: 'Queued', message };
  return still(input, progress, { phase: 'Pending', cause, events: storySoFar(input, progress) });
}

/** A run is enough to get a Model with the defaults. */
export function makingModel(input: RunInput, progress: Progress): RunDecision {
  const { model, namespace } = input.run;
  const create: Action = {
    kind: 'Create',
    type: models,
    object: {
      apiVersion: apiVersionOf(models),
      kind: models.kind,
      metadata: { name: model, namespace },
      spec: {},
    },
  };
  const cause = {
    reason: 'CreatingModel',
    message: `Model ${model} is not there yet; it is made with the defaults.`,
  };
  return still(input, progress, { phase: 'Pending', cause, events: [], actions: [create] });
}

/** The Model cannot be worked for as it is. */
export function modelUnusable(input: RunInput, progress: Progress): RunDecision {
  const { model } = input;
  const cause: Cause = model?.deleting
    ? {
        reason: 'ModelDeleting',
        message: `Model ${model.name} is being deleted; the run waits until it is gone.`,
      }
    : {
        reason: 'ModelInvalid',
        message: `The run waits: the spec of Model ${input.run.model} cannot be used: ${truncate(model?.problems.join('; ') ?? '', 2000)}`,
      };
  return still(input, progress, { phase: 'Pending', cause, events: storySoFar(input, progress) });
}

interface Stillness {
  readonly phase: 'Pending' | 'Suspended';
  readonly cause: Cause;
  readonly events: RunDecision['events'];
  readonly actions?: readonly Action[];
}

function still(input: RunInput, progress: Progress, stillness: Stillness): RunDecision {
  const { phase, cause, events, actions = [] } = stillness;
  return decisionOf(input, {
    phase,
    cause,
    // What kept a pod from starting is no matter while there is none.
    stages: progress.stages.map(stage => ((stage.attempts ?? 0) > 0 ? stage : withoutProblem(stage))),
    stage: progress.current?.context.stage ?? null,
    startTime: progress.startTime,
    actions: [...actions, ...suspendJobs(ownJobs(input), input.pods)],
    events,
  });
}
