/** The rules about one stage, in order of precedence; the first non-null finding wins. */
import { reportOf } from './cause.ts';
import { jobFailure, permanentFailure } from './failure.ts';
import type { Finding, StageContext, StageRule } from './finding.ts';
import { jobDeleting, withoutJob } from './missing-job.ts';
import { missingReport } from './missing-report.ts';
import { outdatedJob } from './outdated-job.ts';
import { retry } from './retry.ts';
import { startCheckDue, startDeadline } from './start-deadline.ts';

/**
 * The stage has succeeded when one of its containers ended with exit code 0 and left a valid report, whatever happened
 * to other attempts. The Job's condition Complete is not waited for: it comes one to two seconds later.
 */
const success: StageRule = ({ pods, stage }) => {
  for (const pod of pods) {
    const end = pod.terminated;
    if (end === null || end.exitCode !== 0) continue;
    const report = reportOf(end, stage);
    if (report === null || report.state === 'Failed') continue;
    return { kind: 'Succeeded', pod, end, report } satisfies Finding;
  }
  return null;
};

const rules: readonly StageRule[] = [
  success,
  permanentFailure,
  jobFailure,
  outdatedJob,
  jobDeleting,
  missingReport,
  startDeadline,
  retry,
];

/** The state of the stage. */
export function findingOf(context: StageContext): Finding {
  const { job } = context;
  if (job === null) return withoutJob(context);
  for (const rule of rules) {
    const finding = rule(context);
    if (finding !== null) return finding;
  }
  return { kind: 'Running', job, requeueAt: startCheckDue(context) };
}
