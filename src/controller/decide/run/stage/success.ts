/**
 * A stage has succeeded when a container of it ended with 0 and left a report that fits. Not the Job's word counts,
 * which comes a second or two later, but the work's: and it counts whatever happened to other attempts.
 */
import { reportOf } from './cause.ts';
import type { Finding, StageRule } from './finding.ts';

export const success: StageRule = ({ pods, stage }) => {
  for (const pod of pods) {
    const end = pod.terminated;
    if (end === null || end.exitCode !== 0) continue;
    const report = reportOf(end, stage);
    if (report === null || report.state === 'Failed') continue;
    return { kind: 'Succeeded', pod, end, report } satisfies Finding;
  }
  return null;
};
