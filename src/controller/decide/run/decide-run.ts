/**
 * The life of one run. Facts come first: a stage that has succeeded or failed has done so, whether the run is held
 * or not. Then what stands in its way, and only then its next step.
 */
import type { TrainingRunSpec } from '../../../api/training-run.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { advance } from './advance.ts';
import { completed, failed, finished, isFinished } from './ending.ts';
import { makingModel, modelUnusable, queued, suspended } from './pausing.ts';
import { type Progress, progressOf, stagesOf } from './progress.ts';
import { deadlinePassed, runDeadline } from './run-deadline.ts';
import type { Cause } from './stage/finding.ts';
import { usableSpec } from './usable-spec.ts';

/** What is to be done about one run, and its status; the same input always gives the same decision. */
export function decideRun(input: RunInput): RunDecision {
  const { run } = input;
  if (run.deleting) {
    // Its Jobs go with it: the garbage collector follows their owner.
    return { status: run.status, actions: [], events: [], notes: [], requeueAt: null };
  }
  if (isFinished(run.status)) return finished(input);
  const usable = usableSpec(run);
  if ('reason' in usable) return failed(input, unread(input), { cause: usable, stage: null });
  return decideUsable(input, usable.spec);
}

function decideUsable(input: RunInput, spec: TrainingRunSpec): RunDecision {
  const { model, blockedBy, now } = input;
  const progress = progressOf(input, spec);
  const { current, startTime } = progress;
  if (current === null) return completed(input, progress);
  const { finding, context } = current;
  if (finding.kind === 'Failed') {
    const { cause, attempts } = finding;
    return failed(input, progress, { cause, attempts, stage: context.stage });
  }
  if (startTime !== null && (model === null || model.deleting)) {
    return failed(input, progress, { cause: modelDeleted(input), stage: null });
  }
  if (spec.suspend) return suspended(input, progress);
  const deadline = runDeadline(spec, input.run.status, startTime, now);
  if (deadline !== null && now >= deadline) {
    return failed(input, progress, { cause: deadlinePassed(spec), stage: null });
  }
  if (blockedBy !== null) return queued(input, progress, blockedBy);
  if (model === null) return makingModel(input, progress);
  if (model.deleting || model.spec === null) return modelUnusable(input, progress);
  return advance(input, progress, { context, finding }, spec, model.spec);
}

/** Of a run whose spec cannot be read: its stages are as they were last written. */
function unread({ run }: RunInput): Progress {
  const { startTime = null } = run.status;
  return { stages: stagesOf(run.status), current: null, newlyDone: [], startTime };
}

function modelDeleted({ run }: RunInput): Cause {
  const message = `Model ${run.model} was deleted while the run was at work. Make a new run to train it again.`;
  return { reason: 'ModelDeleted', message };
}
