/**
 * Admission: the runs of one Model share its volume and compete for one champion, so only one of them runs at a time.
 * A run that is already running keeps its place; otherwise the oldest run is next.
 */
import type { JobResource, RunResource } from '../observation.ts';
import { isTrue } from './conditions.ts';

/**
 * By run name: the run that it is queued behind; null when it may run or does not need to.
 * @param mayStart false for a run whose pods the operator does not start; it blocks no other
 */
export function blockedBy(
  runs: readonly RunResource[],
  jobs: readonly JobResource[],
  mayStart: (run: RunResource) => boolean = () => true,
): ReadonlyMap<string, string | null> {
  const active = new Set(
    jobs.filter(job => !job.suspended && job.finished === null && !job.deleting).map(job => job.ownerUid),
  );
  const contenders = runs.filter(run => isContender(run) && (active.has(run.uid) || mayStart(run)));
  const [first] = contenders.toSorted(
    (left, right) =>
      precedence(left, active) - precedence(right, active) ||
      left.createdAt - right.createdAt ||
      (left.name < right.name ? -1 : 1),
  );
  return new Map(
    runs.map(run => [
      run.name,
      first === undefined || run === first || !contenders.includes(run) ? null : first.name,
    ]),
  );
}

/** False for a run that is finished, suspended or being deleted, and for one whose spec will make it fail at once. */
function isContender(run: RunResource): boolean {
  const { conditions } = run.status;
  if (run.deleting || run.spec === null || run.spec.suspend) return false;
  return !isTrue(conditions, 'Complete') && !isTrue(conditions, 'Failed');
}

/**
 * 0: has an active Job. 1: was running, and its next Job is about to be created; without this rank an older run that
 * has just been resumed would start between two of its stages. 2: all others.
 */
function precedence(run: RunResource, active: ReadonlySet<string>): number {
  if (active.has(run.uid)) return 0;
  return run.status.phase === 'Running' ? 1 : 2;
}
