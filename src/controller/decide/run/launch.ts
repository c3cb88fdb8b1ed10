/** Starts a stage: creates its Job, or creates it again when it was lost. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import { jobName } from '../../names.ts';
import type { Action } from '../../plan.ts';
import { renderStageJob } from '../../render/stage-job.ts';
import { jobs } from '../../resources.ts';
import { formatTime } from '../../time.ts';
import { truncate } from '../conditions.ts';
import { tenuresOf } from '../tenures.ts';
import type { RunInput } from '../types.ts';
import { withoutProblem } from './progress.ts';
import type { Cause, StageContext } from './stage/finding.ts';

export interface Launch {
  readonly spec: TrainingRunSpec;
  readonly modelSpec: ModelSpec;
  readonly startTime: string;
  /** Whether the stage's Job existed before and was lost. */
  readonly again: boolean;
  /** When the end of the stage before was first seen; for metrics. */
  readonly dueSince: number | null;
}

/**
 * The action that creates the Job, if the API server confirms that the run is unchanged: the cache may lag, and show a run
 * that was deleted since together with its Jobs.
 */
export function launch(input: RunInput, { stage }: StageContext, options: Launch): Action {
  const { spec, modelSpec, startTime, dueSince } = options;
  const { settings, run, model } = input;
  const { champion = null, history = [], serving } = model?.status ?? {};
  const served = [champion?.version, serving?.version].filter(version => version !== undefined);
  const object = renderStageJob({
    settings,
    run,
    spec,
    modelSpec,
    stage,
    startedAt: startTime,
    champion: champion?.version ?? null,
    served: [...new Set(served)],
    tenures: tenuresOf(champion, history),
  });
  return {
    kind: 'Create',
    type: jobs,
    object,
    confirmOwner: run.resourceVersion,
    ...(dueSince === null ? {} : { dueSince }),
  };
}

/** The stage's status once its Job is created. */
export function launched({ status, stage, now }: StageContext, run: string, again: boolean): StageStatus {
  return {
    ...withoutProblem(status),
    state: 'Running',
    jobName: jobName(run, stage),
    startTime: status.startTime ?? formatTime(now),
    ...(again ? { relaunches: (status.relaunches ?? 0) + 1 } : {}),
  };
}

/** Why the API server refused the stage's Job, and whether it may accept it later. */
export interface JobRefusal extends Cause {
  readonly isTemporary: boolean;
}

/** Null when the stage's Job was not refused. */
export function refusalOf({ refusals, run }: RunInput, { stage }: StageContext): JobRefusal | null {
  const refusal = refusals.find(({ kind, name }) => kind === jobs.kind && name === jobName(run.name, stage));
  if (refusal === undefined) return null;
  const { name, reason, message, temporary } = refusal;
  if (temporary !== undefined) {
    const text = `the API server refused its Job (${reason}): ${truncate(message, 2000)}`;
    return { reason: temporary, message: text, isTemporary: true };
  }
  if (reason === 'NameTaken') {
    return {
      reason,
      message: `Job ${name} belongs to another owner; the stage starts once the name is free.`,
      isTemporary: false,
    };
  }
  const isTemplate = reason === 'Invalid' || reason === 'BadRequest';
  return {
    reason: isTemplate ? 'InvalidPodTemplate' : 'JobRefused',
    isTemporary: false,
    message:
      `the API server refused its Job (${reason}): ${truncate(message, 2000)} ` +
      (isTemplate
        ? 'Check spec.podTemplate and spec.stages.'
        : 'Check the admission rules of the namespace.'),
  };
}
