/** The rules about one stage, in the order in which they are asked; the first that has something to say is right. */
import { jobFailure, permanentFailure } from './failure.ts';
import type { Finding, StageContext, StageRule } from './finding.ts';
import { jobGoing, withoutJob } from './lost-job.ts';
import { lostReport } from './lost-report.ts';
import { retry } from './retry.ts';
import { startDeadline, startDue } from './start-deadline.ts';
import { success } from './success.ts';

const rules: readonly StageRule[] = [
  // A success beats everything that is known besides.
  success,
  permanentFailure,
  jobFailure,
  jobGoing,
  lostReport,
  startDeadline,
  retry,
];

/** How the stage stands. */
export function find(context: StageContext): Finding {
  const { job } = context;
  if (job === null) return withoutJob(context);
  for (const rule of rules) {
    const finding = rule(context);
    if (finding !== null) return finding;
  }
  return { kind: 'Working', job, requeueAt: startDue(context) };
}
