/**
 * Decides about one run. Results of stages come first: a stage that has succeeded or failed counts even if the run was
 * suspended meanwhile. Then come the reasons not to proceed, and only then the next step.
 */
import type { TrainingRunSpec } from '../../../api/training-run.ts';
import type { RunDecision, RunInput } from '../types.ts';
import { advance } from './advance.ts';
import { completed, failed, finished, isFinished } from './ending.ts';
import { creatingModel, modelUnusable, queued, refusedStart, suspended } from './idle.ts';
import { type Progress, progressOf, stagesOf } from './progress.ts';
import { deadlineExceeded, runDeadline } from './run-deadline.ts';
import type { Cause } from './stage/finding.ts';
import { startRefusal } from './start-refusal.ts';
import { localFile, usableSpec } from './usable-spec.ts';

/** The actions for one run, and its new status; the same input always gives the same decision. */
export function decideRun(input: RunInput): RunDecision {
  const { run } = input;
  if (run.deleting) {
    // The garbage collector deletes its Jobs.
    return { status: run.status, actions: [], events: [], notes: [], requeueAt: null };
  }
  if (isFinished(run.status)) return finished(input);
  const usable = usableSpec(run);
  if ('reason' in usable) return failed(input, storedProgress(input), { cause: usable, stage: null });
  return decideUsable(input, usable.spec);
}

/** In order of precedence. */
function decideUsable(input: RunInput, spec: TrainingRunSpec): RunDecision {
  const { model, blockedBy, notSelected, now } = input;
  const progress = progressOf(input, spec);
  const { current, startTime } = progress;
  if (current === null) return completed(input, progress);
  const { finding, context } = current;
  if (finding.kind === 'Failed') {
    const { cause, attempts } = finding;
    return failed(input, progress, { cause, attempts, stage: context.stage });
  }
  const local = localFile(spec, context.stage);
  if (local !== null) return failed(input, progress, { cause: local, stage: null });
  if (startTime !== null && (model === null || model.deleting)) {
    return failed(input, progress, { cause: modelDeleted(input), stage: null });
  }
  if (spec.suspend) return suspended(input, progress);
  const deadline = runDeadline(spec, input.run.status, startTime, now);
  if (deadline !== null && now >= deadline) {
    return failed(input, progress, { cause: deadlineExceeded(spec), stage: null });
  }
  // It waits, since labels and selector may change.
  if (notSelected !== null) return refusedStart(input, progress, notSelected);
  const refusal = startRefusal(input, progress);
  if (refusal !== null) return refusedStart(input, progress, refusal);
  if (blockedBy !== null) return queued(input, progress, blockedBy);
  if (model === null) return creatingModel(input, progress);
  if (model.deleting || model.spec === null) return modelUnusable(input, progress);
  return advance(input, progress, { context, finding }, spec, model.spec);
}

/** For a run whose spec cannot be parsed: the stages as stored in its status. */
function storedProgress({ run }: RunInput): Progress {
  const { startTime = null } = run.status;
  return { stages: stagesOf(run.status), current: null, newlyDone: [], startTime };
}

function modelDeleted({ run }: RunInput): Cause {
  const message = `Model ${run.model} was deleted while the run was in progress. Create a new run to train it again.`;
  return { reason: 'ModelDeleted', message };
}
