/**
 * Whose turn it is: the runs of one Model share its volume and compete for one champion, so that one of them runs
 * at a time. Whoever runs goes on; then the oldest.
 */
import type { JobResource, RunResource } from '../observation.ts';
import { isTrue } from './conditions.ts';

/** For each run, by name, the run that it waits for; null when it is its turn, or when it takes no part. */
export function blockedBy(
  runs: readonly RunResource[],
  jobs: readonly JobResource[],
): ReadonlyMap<string, string | null> {
  const active = new Set(
    jobs.filter(job => !job.suspended && job.finished === null && !job.deleting).map(job => job.ownerUid),
  );
  const contenders = runs.filter(isContender);
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

/** A run that is finished, held or going away lets others pass; so does one that will fail before it starts. */
function isContender(run: RunResource): boolean {
  const { conditions } = run.status;
  if (run.deleting || run.spec === null || run.spec.suspend) return false;
  return !isTrue(conditions, 'Complete') && !isTrue(conditions, 'Failed');
}

/**
 * 0: has a Job that works. 1: was at work, and the next Job is about to be made; without this rank an older run
 * that was just resumed would slip in between two stages. 2: all others.
 */
function precedence(run: RunResource, active: ReadonlySet<string>): number {
  if (active.has(run.uid)) return 0;
  return run.status.phase === 'Running' ? 1 : 2;
}
