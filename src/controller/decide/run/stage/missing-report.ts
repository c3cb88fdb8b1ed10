/**
 * A Job that is Complete without a valid report: its pod was deleted too early, or wrote something else. The stage is
 * started again, a few times; its artifacts are on the volume and are reused.
 */

import { isLive, podsDue } from '../../job-pods.ts';
import type { StageRule } from './finding.ts';
import { relaunchLimit } from './missing-job.ts';

export const missingReport: StageRule = ({ job, pods, status, now }) => {
  if (job?.finished?.type !== 'Complete') return null;
  // Jobs and pods are watched independently: the watch may not have delivered the pod's end yet.
  const due = podsDue(job, pods, now);
  if (due !== null || pods.some(isLive)) return { kind: 'Running', job, requeueAt: due };
  const what =
    pods.length === 0
      ? 'its pod was deleted before its report was read'
      : 'its pod left no report that this operator can read';
  if ((status.relaunches ?? 0) < relaunchLimit) {
    const message = `Job ${job.name} is Complete, but ${what}; the stage is started again.`;
    return { kind: 'ReportLost', job, cause: { reason: 'ReportMissing', message } };
  }
  const message =
    `Job ${job.name} is Complete, but ${what}, ${relaunchLimit + 1} times in a row. ` +
    `Check that the stages' image has the operator's version, and that nothing deletes finished pods.`;
  return {
    kind: 'Failed',
    cause: { reason: 'ReportMissing', message },
    attempts: (status.attempts ?? 0) + 1,
  };
};
