/**
 * A Job that is Complete without a report that fits: its pod was deleted too early, or wrote something else. The stage
 * is begun again, a few times; what it has done is on the volume and is reused.
 */

import type { StageRule } from './finding.ts';
import { relaunchLimit } from './lost-job.ts';
import { isLive, podsDue } from './pods.ts';

export const lostReport: StageRule = ({ job, pods, status, now }) => {
  if (job?.finished?.type !== 'Complete') return null;
  // The end of the pod is on its way here: Jobs and pods are watched one beside the other.
  const due = podsDue(job, pods, now);
  if (due !== null || pods.some(isLive)) return { kind: 'Working', job, requeueAt: due };
  const what =
    pods.length === 0
      ? 'its pod was gone before its report was read'
      : 'its pod left no report that this operator can read';
  if ((status.relaunches ?? 0) < relaunchLimit) {
    const message = `Job ${job.name} is Complete, but ${what}; the stage is begun again.`;
    return { kind: 'Lost', job, cause: { reason: 'ReportMissing', message } };
  }
  const message =
    `Job ${job.name} is Complete, but ${what}, ${relaunchLimit + 1} times in a row. ` +
    `Check that the stages' image is of the operator's version, and that nothing deletes pods that have ended.`;
  return {
    kind: 'Failed',
    cause: { reason: 'ReportMissing', message },
    attempts: (status.attempts ?? 0) + 1,
  };
};
