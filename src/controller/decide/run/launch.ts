/** Beginning a stage: its Job is made, at first or because it was lost. */
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
import type { Cause, StageContext } from './stage/finding.ts';
import { withoutProblem } from './stage-status.ts';

export interface Launch {
  readonly spec: TrainingRunSpec;
  readonly modelSpec: ModelSpec;
  readonly startTime: string;
  /** There was a Job before. */
  readonly again: boolean;
  /** When the end of the stage before was first seen; for metrics. */
  readonly dueSince: number | null;
}

/** One that was lost is made again only if the API server says that the run is still as it was observed: caches lag. */
export function launch(input: RunInput, { stage }: StageContext, launching: Launch): Action {
  const { spec, modelSpec, startTime, again, dueSince } = launching;
  const { settings, run, model } = input;
  const { champion = null, history = [] } = model?.status ?? {};
  const object = renderStageJob({
    settings,
    run,
    spec,
    modelSpec,
    stage,
    startedAt: startTime,
    champion: champion?.version ?? null,
    tenures: tenuresOf(champion, history),
  });
  return {
    kind: 'Create',
    type: jobs,
    object,
    ...(again ? { confirmOwner: run.resourceVersion } : {}),
    ...(dueSince === null ? {} : { dueSince }),
  };
}

/** The stage's status once its Job is made. */
export function launched({ status, stage, now }: StageContext, run: string, again: boolean): StageStatus {
  return {
    ...withoutProblem(status),
    state: 'Running',
    jobName: jobName(run, stage),
    startTime: status.startTime ?? formatTime(now),
    ...(again ? { relaunches: (status.relaunches ?? 0) + 1 } : {}),
  };
}

/** Why the API server would not make the Job of the stage; null when it did, or was not asked. */
export function refusal({ refusals, run }: RunInput, { stage }: StageContext): Cause | null {
  const refused = refusals.find(({ kind, name }) => kind === jobs.kind && name === jobName(run.name, stage));
  if (refused === undefined) return null;
  const { name, reason, message } = refused;
  if (reason === 'NameTaken') {
    return { reason, message: `Job ${name} is somebody else's; the stage waits until the name is free.` };
  }
  const template = reason === 'Invalid' || reason === 'BadRequest';
  return {
    reason: template ? 'InvalidPodTemplate' : 'JobRefused',
    message:
      `the API server refused its Job (${reason}): ${truncate(message, 2000)} ` +
      (template ? 'Check spec.podTemplate and spec.stages.' : "Check quotas and the operator's rights."),
  };
}
