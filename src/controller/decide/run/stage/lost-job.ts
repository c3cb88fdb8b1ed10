/** A stage without its Job: not begun yet, held up by what is left of a Job before it, or lost. */
import type { Finding, StageContext, StageRule } from './finding.ts';

/** Times that a lost Job or report is made good. */
export const relaunchLimit = 3;

/** A Job that is being deleted still has its name. */
export const jobGoing: StageRule = ({ job }) => {
  if (job === null || !job.deleting) return null;
  const message = `Job ${job.name} is being deleted; the stage is begun again when it is gone.`;
  return { kind: 'Waiting', cause: { reason: 'JobDeleted', message } };
};

/**
 * Without a Job the stage is begun, or begun again; unless another run's Job has the name, a deleted run's that the
 * garbage collector removes, or a pod of another Job still works on the same files.
 */
export function withoutJob({ namesake, leftovers, status }: StageContext): Finding {
  if (namesake !== null) {
    const message = `Job ${namesake.name} belongs to an earlier run of the same name; the stage waits until it is gone.`;
    return { kind: 'Waiting', cause: { reason: 'NameTaken', message } };
  }
  const [leftover] = leftovers;
  if (leftover !== undefined) {
    const message =
      `Pod ${leftover.name} of another Job still works on the run's files; the stage is begun when it has ended. ` +
      `If its node is gone, \`kubectl delete pod ${leftover.name} --force\` lets the run go on.`;
    return { kind: 'Waiting', cause: { reason: 'PodEnding', message } };
  }
  if (status.state === 'Pending') return { kind: 'Launch', again: false };
  if ((status.relaunches ?? 0) < relaunchLimit) return { kind: 'Launch', again: true };
  const message =
    `its Job was deleted or lost its report ${relaunchLimit + 1} times. ` +
    'Find out who deletes Jobs or pods of this namespace.';
  return { kind: 'Failed', cause: { reason: 'ReportMissing', message }, attempts: status.attempts ?? 0 };
}
