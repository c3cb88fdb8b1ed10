/** A stage without its Job: not started yet, blocked by what is left of an earlier Job, or with a deleted Job. */
import type { Finding, StageContext, StageRule } from './finding.ts';

/** How often a stage whose Job or report was lost is started again. */
export const relaunchLimit = 3;

/** A Job that is being deleted still occupies its name. */
export const jobDeleting: StageRule = ({ job }) => {
  if (job === null || !job.deleting) return null;
  const message = `Job ${job.name} is being deleted; the stage starts again once it is gone.`;
  return { kind: 'Waiting', cause: { reason: 'JobDeleted', message } };
};

/**
 * Without a Job the stage is started, for the first time or again. It has to wait while the Job of a deleted run of
 * the same name still exists, or while a pod of another Job uses the same files.
 */
export function withoutJob({ namesake, leftovers, status }: StageContext): Finding {
  if (namesake !== null) {
    const message = `Job ${namesake.name} belongs to an earlier run of the same name; the stage starts once it is gone.`;
    return { kind: 'Waiting', cause: { reason: 'NameTaken', message } };
  }
  const [leftover] = leftovers;
  if (leftover !== undefined) {
    const message =
      `Pod ${leftover.name} of another Job still uses the run's files; the stage starts once it has ended. ` +
      `If its node is lost, run \`kubectl delete pod ${leftover.name} --force\`.`;
    return { kind: 'Waiting', cause: { reason: 'PodEnding', message } };
  }
  if (status.state === 'Pending') return { kind: 'Launch', again: false };
  if ((status.relaunches ?? 0) < relaunchLimit) return { kind: 'Launch', again: true };
  const message =
    `its Job was deleted or its report was lost ${relaunchLimit + 1} times. ` +
    'Find out what deletes Jobs or pods in this namespace.';
  return { kind: 'Failed', cause: { reason: 'ReportMissing', message }, attempts: status.attempts ?? 0 };
}
