/** A run that may proceed: starts its current stage, follows it, or starts it again. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import { earliest } from '../../time.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { buildDecision } from './decision.ts';
import { failed } from './ending.ts';
import { progressEvents } from './events.ts';
import { type JobRefusal, refusalOf } from './launch.ts';
import { type Current, isDone, type Open, type Progress } from './progress.ts';
import { runDeadline } from './run-deadline.ts';
import type { Cause } from './stage/finding.ts';
import { refused, refusedUntil, stepOf, waiting } from './step.ts';

/** The next step of the run's current stage. */
export function advance(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  spec: TrainingRunSpec,
  modelSpec: ModelSpec,
): RunDecision {
  const { context, finding } = current;
  const refusal = finding.kind === 'Launch' ? refusalOf(input, context) : null;
  const failure = refusal === null ? null : refusalFailure(refusal, input.now, current);
  if (failure !== null) return failed(input, progress, { cause: failure, stage: context.stage });
  const step =
    refusal === null
      ? stepOf(input, progress, current, spec, modelSpec)
      : (refusal.isTemporary ? refused : waiting)(input, progress, current, refusal);
  const stages = progress.stages.map(stage => (stage.name === context.stage ? step.status : stage));
  return buildDecision(input, {
    phase: step.startTime === null ? 'Pending' : 'Running',
    cause: causeOf(stages, current, step.problem),
    stages,
    stage: context.stage,
    startTime: step.startTime,
    actions: step.actions,
    events: [...progressEvents(input, progress), ...step.events],
    requeueAt: earliest(step.requeueAt, runDeadline(spec, input.run.status, step.startTime, input.now)),
  });
}

/** Why the stage fails because its Job is refused; null while the Job may still be accepted. */
function refusalFailure(refusal: JobRefusal, now: number, current: Current<Open>): Cause | null {
  const { reason, message, isTemporary } = refusal;
  if (!isTemporary) return reason === 'NameTaken' ? null : { reason, message };
  if (now < refusedUntil(current)) return null;
  const { startDeadlineSeconds } = current.context.limits;
  return {
    reason,
    message: `not accepted within startDeadlineSeconds (${startDeadlineSeconds} s): ${message}`,
  };
}

function causeOf(stages: readonly StageStatus[], { context }: Current<Open>, problem: Cause | null): Cause {
  if (problem !== null) return { reason: problem.reason, message: `${context.stage}: ${problem.message}` };
  const done = stages.filter(isDone).length;
  const message = `${context.stage} is running; ${done} of ${stages.length} stages have succeeded.`;
  return { reason: 'StageRunning', message };
}
