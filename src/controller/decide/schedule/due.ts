/** Handles a scheduled time that is due: creates a run, replaces one, or skips. */
import type { ScheduleSpec } from '../../../api/model.ts';
import { scheduledRunName } from '../../names.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { trainingRuns } from '../../resources.ts';
import { formatTime } from '../../time.ts';
import { hasFailed, isComplete } from '../promotion/finished-runs.ts';
import type { DecidedRun } from '../types.ts';
import { type RunTemplate, scheduledRun } from './scheduled-run.ts';

export interface Due {
  readonly actions: readonly Action[];
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/**
 * A run that exists was created by an attempt whose status update was lost, so it is announced with this one. Null when the
 * schedule did not create it.
 */
export function actOn(
  time: number,
  model: ModelResource,
  { schedule, template }: { readonly schedule: ScheduleSpec; readonly template: RunTemplate },
  { all, scheduled }: { readonly all: readonly DecidedRun[]; readonly scheduled: readonly DecidedRun[] },
): Due | null {
  const name = scheduledRunName(model.name, time);
  const reason = 'RunScheduled';
  const message = `Created run ${name} for ${formatTime(time)}`;
  const existing = all.find(({ run }) => run.name === name);
  if (existing !== undefined)
    return existing.run.scheduledBy === model.uid ? { actions: [], reason, message: `${message}.` } : null;
  const unfinished = scheduled.filter(run => !isComplete(run) && !hasFailed(run)).map(({ run }) => run);
  const names = unfinished.map(run => run.name).join(', ');
  if (unfinished.length > 0 && schedule.concurrencyPolicy === 'Forbid') {
    return {
      actions: [],
      reason: 'ScheduleSkipped',
      message: `No run was created for ${formatTime(time)}: ${names} has not finished, and concurrencyPolicy is Forbid.`,
    };
  }
  const replaced = schedule.concurrencyPolicy === 'Replace' ? unfinished : [];
  const create: Action = { kind: 'Create', type: trainingRuns, object: scheduledRun(model, template, time) };
  return {
    actions: [...replaced.map(deletionOf), create],
    reason,
    message: `${message}${replaced.length > 0 ? `, replacing ${names}` : ''}.`,
  };
}

/** Deletes a run and, in the background, its Jobs and pods. */
export function deletionOf({ namespace, name, uid }: RunResource): Action {
  return { kind: 'Delete', type: trainingRuns, namespace, name, uid, propagation: 'Background' };
}
