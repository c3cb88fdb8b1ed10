/** Why a pod of a stage failed, in words: from its report, its exit code and the last lines of its log. */
import { type StageReport, stageReportSchema } from '../../../../api/stage-report.ts';
import type { ContainerEnd, PodResource } from '../../../observation.ts';
import { stageResources } from '../../../render/stage-job.ts';
import { truncate } from '../../conditions.ts';
import { reportIn } from '../../termination-report.ts';
import type { Cause, StageContext } from './finding.ts';

/** Characters kept of a report's message and of a log: enough to see the cause, little enough for a status. */
const longestMessage = 1500;
const longestLog = 1500;

/** The report in a termination message; null when it is none, or another stage's. */
export function reportOf(end: ContainerEnd | null, stage: string): StageReport | null {
  const report = reportIn(end, stageReportSchema);
  return report?.stage === stage ? report : null;
}

/** The cause that a failed pod shows. */
export function causeOf(pod: PodResource, { spec, stage }: StageContext): Cause {
  const end = pod.terminated;
  if (pod.failure !== null) return podFailure(pod.failure);
  if (end === null) {
    return { reason: 'PodFailed', message: 'its pod failed and left no exit code.' };
  }
  if (end.reason === 'OOMKilled') return outOfMemory(stageResources(spec, stage).limits?.memory, stage);
  const report = reportOf(end, stage);
  const code = `exit code ${end.exitCode}${signalOf(end.exitCode)}`;
  if (report?.state === 'Failed') {
    const said = truncate(report.message, longestMessage);
    return {
      reason: camelCase(report.reason, 'StageFailed'),
      message: `${said} (${code})${logLines(report.log ?? '')}`,
    };
  }
  // No report: the message is the end of the log, or nothing.
  const log = end.message.startsWith('{') ? '' : end.message;
  return { reason: `ExitCode${end.exitCode}`, message: `its container ended with ${code}.${logLines(log)}` };
}

/** The node's word about the pod as a whole, which says more than its container's end. */
function podFailure({ reason, message }: NonNullable<PodResource['failure']>): Cause {
  const words = truncate(message.trim(), longestMessage) || 'its node gives no cause';
  return {
    reason: camelCase(reason, 'PodFailed'),
    message: `its pod was ended by its node (${reason}): ${words}`,
  };
}

function outOfMemory(limit: string | number | undefined, stage: string): Cause {
  const most = limit === undefined ? 'no limit of its own, so its node had none left' : `a limit of ${limit}`;
  return {
    reason: 'OOMKilled',
    message:
      `its container was killed for lack of memory (OOMKilled, ${most}). ` +
      `Raise resources.limits.memory of the stage ${stage} in spec.stages.`,
  };
}

/** 128 + n is how a shell, and so a container runtime, tells of signal n. */
function signalOf(exitCode: number): string {
  return exitCode > 128 && exitCode < 160 ? ` (signal ${exitCode - 128})` : '';
}

/** The end of a log, from the beginning of a line where there is one. */
function logLines(log: string): string {
  const text = log.trim();
  if (text === '') return '';
  const tail = text.slice(-longestLog);
  const whole = tail.length < text.length ? tail.slice(tail.indexOf('\n') + 1) : tail;
  return `\nLast lines of its log:\n${whole.toWellFormed()}`;
}

/** A reason as conditions take it, where it is another program's word; `otherwise` for what is none. */
export function camelCase(reason: string, otherwise: string): string {
  return /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(reason) ? reason : otherwise;
}
