/** A finished run whose `ttlSecondsAfterFinished` has passed is deleted, and its Jobs with it. */
import { trainingRuns } from '../../resources.ts';
import { parseTime } from '../../time.ts';
import type { Effects, RunInput } from '../types.ts';

/** When a run that ended at `completionTime` will be deleted, in milliseconds since the epoch; null: never. */
export function deletionDue({ run }: RunInput, completionTime: string | undefined): number | null {
  const seconds = run.spec?.ttlSecondsAfterFinished;
  if (seconds === undefined || completionTime === undefined) return null;
  return parseTime(completionTime) + seconds * 1000;
}

/** For a finished run. The uid ensures that a new run of the same name is not deleted. */
export function timeToLive(input: RunInput): Pick<Effects, 'actions' | 'notes' | 'requeueAt'> {
  const { now, run } = input;
  const due = deletionDue(input, run.status.completionTime);
  if (due === null || now < due) return { actions: [], notes: [], requeueAt: due };
  const { namespace, name, uid } = run;
  const message = `ttlSecondsAfterFinished of ${run.spec?.ttlSecondsAfterFinished} has passed; the run is being deleted.`;
  return {
    actions: [{ kind: 'Delete', type: trainingRuns, namespace, name, uid, propagation: 'Background' }],
    notes: [{ run: name, type: 'Normal', reason: 'Expired', message }],
    requeueAt: null,
  };
}
