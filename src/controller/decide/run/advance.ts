/** A run that may proceed: starts its current stage, follows it, or starts it again. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import { earliest } from '../../time.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { buildDecision } from './decision.ts';
import { failed } from './ending.ts';
import { progressEvents } from './events.ts';
import { refusalOf } from './launch.ts';
import { type Current, isDone, type Open, type Progress } from './progress.ts';
import { runDeadline } from './run-deadline.ts';
import type { Cause } from './stage/finding.ts';
import { stepOf, waiting } from './step.ts';

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
  if (refusal !== null && refusal.reason !== 'NameTaken') {
    return failed(input, progress, { cause: refusal, stage: context.stage });
  }
  const step =
    refusal === null
      ? stepOf(input, progress, current, spec, modelSpec)
      : waiting(input, progress, current, refusal);
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

function causeOf(stages: readonly StageStatus[], { context }: Current<Open>, problem: Cause | null): Cause {
  if (problem !== null) return { reason: problem.reason, message: `${context.stage}: ${problem.message}` };
  const done = stages.filter(isDone).length;
  const message = `${context.stage} is running; ${done} of ${stages.length} stages have succeeded.`;
  return { reason: 'StageRunning', message };
}
