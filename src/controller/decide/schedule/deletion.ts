import type { RunResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { trainingRuns } from '../../resources.ts';

/** Deletes a run and, in the background, its Jobs and pods. */
export function deletionOf({ namespace, name, uid }: RunResource): Action {
  return { kind: 'Delete', type: trainingRuns, namespace, name, uid, propagation: 'Background' };
}
