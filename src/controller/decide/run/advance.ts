/** A run at work: its stage is begun, looked after, or begun again. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import { earliest } from '../../time.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { decisionOf } from './decision.ts';
import { failed } from './ending.ts';
import { storySoFar } from './events.ts';
import { refusal } from './launch.ts';
import { type Current, isDone, type Open, type Progress } from './progress.ts';
import { runDeadline } from './run-deadline.ts';
import type { Cause } from './stage/finding.ts';
import { stepOf, waiting } from './step.ts';

/** The next step of the stage that the run is at. */
export function advance(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  spec: TrainingRunSpec,
  modelSpec: ModelSpec,
): RunDecision {
  const { context, finding } = current;
  const refused = finding.kind === 'Launch' ? refusal(input, context) : null;
  if (refused !== null && refused.reason !== 'NameTaken') {
    return failed(input, progress, { cause: refused, stage: context.stage });
  }
  const step =
    refused === null
      ? stepOf(input, progress, current, spec, modelSpec)
      : waiting(input, progress, current, refused);
  const stages = progress.stages.map(stage => (stage.name === context.stage ? step.status : stage));
  return decisionOf(input, {
    phase: step.startTime === null ? 'Pending' : 'Running',
    cause: causeOf(stages, current, step.problem),
    stages,
    stage: context.stage,
    startTime: step.startTime,
    actions: step.actions,
    events: [...storySoFar(input, progress), ...step.events],
    requeueAt: earliest(step.requeueAt, runDeadline(spec, input.run.status, step.startTime, input.now)),
  });
}

function causeOf(stages: readonly StageStatus[], { context }: Current<Open>, problem: Cause | null): Cause {
  if (problem !== null) return { reason: problem.reason, message: `${context.stage}: ${problem.message}` };
  const done = stages.filter(isDone).length;
  const message = `${context.stage} runs; ${done} of ${stages.length} stages have succeeded.`;
  return { reason: 'StageRunning', message };
}
