/** States in which a run has no active Job: suspended, queued, or without a usable Model. */
import type { ModelSpec } from '../../../api/model.ts';
import { apiVersionOf, type Manifest } from '../../../kubernetes/resource.ts';
import type { Action } from '../../plan.ts';
import { models } from '../../resources.ts';
import { findCondition, isTrue, truncate } from '../conditions.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { buildDecision, runEvent } from './decision.ts';
import { progressEvents } from './events.ts';
import { ownJobs, type Progress, withoutProblem, withoutRefusal } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { suspendJobs } from './suspension.ts';

/** `spec.suspend` is true: no pod runs; stages that have succeeded stay so. */
export function suspended(input: RunInput, progress: Progress): RunDecision {
  const cause = {
    reason: 'Suspended',
    message: 'The run is suspended by spec.suspend; set it to false to resume.',
  };
  const events = progressEvents(input, progress);
  if (!isTrue(input.run.status.conditions, 'Suspended')) {
    events.push(runEvent(input, 'Normal', 'Suspended', cause.message));
  }
  return idle(input, progress, { phase: 'Suspended', cause, events });
}

/** No pod of the run starts until its spec or labels, its Model or the operator's settings change. */
export function refusedStart(input: RunInput, progress: Progress, cause: Cause): RunDecision {
  const events = progressEvents(input, progress);
  if (findCondition(input.run.status.conditions, 'Complete')?.reason !== cause.reason) {
    events.push(runEvent(input, 'Warning', cause.reason, cause.message));
  }
  return idle(input, progress, { phase: 'Pending', cause, events });
}

/** Another run of the same Model runs. */
export function queued(input: RunInput, progress: Progress, blockedBy: string): RunDecision {
  const message = `Queued behind run ${blockedBy}: only one run of a Model runs at a time.`;
  const cause = { reason: 'Queued', message };
  return idle(input, progress, { phase: 'Pending', cause, events: progressEvents(input, progress) });
}

/** The run's Model does not exist: it is created with the defaults. */
export function creatingModel(input: RunInput, progress: Progress): RunDecision {
  const { model, namespace } = input.run;
  const object: Manifest<{ spec: Partial<ModelSpec> }> = {
    apiVersion: apiVersionOf(models),
    kind: models.kind,
    metadata: { name: model, namespace },
    spec: {},
  };
  const create: Action = { kind: 'Create', type: models, object };
  const refusal = input.refusals.find(({ kind, name }) => kind === models.kind && name === model);
  const cause =
    refusal === undefined
      ? {
          reason: 'CreatingModel',
          message: `Model ${model} does not exist; it is being created with the defaults.`,
        }
      : {
          reason: refusal.temporary ?? 'ModelRefused',
          message: `Model ${model} does not exist, and the API server refused to create it: ${truncate(refusal.message, 2000)}`,
        };
  return idle(input, progress, { phase: 'Pending', cause, events: [], actions: [create] });
}

/** The run's Model is being deleted, or its spec is invalid. */
export function modelUnusable(input: RunInput, progress: Progress): RunDecision {
  const { model } = input;
  const cause: Cause = model?.deleting
    ? {
        reason: 'ModelDeleting',
        message: `Model ${model.name} is being deleted; the run starts once it is gone.`,
      }
    : {
        reason: 'ModelInvalid',
        message: `The run cannot start: the spec of Model ${input.run.model} is invalid: ${truncate(model?.problems.join('; ') ?? '', 2000)}`,
      };
  return idle(input, progress, { phase: 'Pending', cause, events: progressEvents(input, progress) });
}

interface IdleState {
  readonly phase: 'Pending' | 'Suspended';
  readonly cause: Cause;
  readonly events: RunDecision['events'];
  readonly actions?: readonly Action[];
}

function idle(input: RunInput, progress: Progress, state: IdleState): RunDecision {
  const { phase, cause, events, actions = [] } = state;
  return buildDecision(input, {
    phase,
    cause,
    // Without a pod, a problem that kept a pod from starting no longer applies.
    stages: progress.stages.map(stage =>
      (stage.attempts ?? 0) > 0 ? withoutRefusal(stage) : withoutProblem(stage),
    ),
    stage: progress.current?.context.stage ?? null,
    startTime: progress.startTime,
    actions: [...actions, ...suspendJobs(ownJobs(input), input.pods)],
    events,
  });
}
