/** Why a stage's pod failed: from its report, its exit code and the last lines of its log. */
import { type StageReport, stageReportSchema } from '../../../../api/stage-report.ts';
import type { ContainerEnd, PodResource } from '../../../observation.ts';
import { stageResources } from '../../../render/stage-job.ts';
import { truncate } from '../../conditions.ts';
import { reportIn } from '../../job-pods.ts';
import type { Cause, StageContext } from './finding.ts';

/** Characters kept of a report's message and of a log: enough to show the cause, and they fit into a status. */
const longestMessage = 1500;
const longestLog = 1500;

/** The report in a termination message; null when there is none, or it is another stage's. */
export function reportOf(end: ContainerEnd | null, stage: string): StageReport | null {
  const report = reportIn(end, stageReportSchema);
  return report?.stage === stage ? report : null;
}

/** The cause of a pod's failure, as far as the pod shows it. */
export function causeOf(pod: PodResource, { spec, stage }: StageContext): Cause {
  const end = pod.terminated;
  if (pod.failure !== null) return podFailure(pod.failure);
  if (end === null) {
    return { reason: 'PodFailed', message: 'its pod failed without an exit code.' };
  }
  if (end.reason === 'OOMKilled') return outOfMemory(stageResources(spec, stage).limits?.memory, stage);
  const report = reportOf(end, stage);
  const code = `exit code ${end.exitCode}${signalOf(end.exitCode)}`;
  if (report?.state === 'Failed') {
    const message = truncate(report.message, longestMessage);
    return {
      reason: camelCase(report.reason, 'StageFailed'),
      message: `${message} (${code})${logLines(report.log ?? '')}`,
    };
  }
  // Without a report, the termination message is the end of the log, or empty.
  const log = end.message.startsWith('{') ? '' : end.message;
  return {
    reason: `ExitCode${end.exitCode}`,
    message: `its container terminated with ${code}.${logLines(log)}`,
  };
}

/** The kubelet's reason for failing the pod as a whole; more specific than the container's exit code. */
function podFailure({ reason, message }: NonNullable<PodResource['failure']>): Cause {
  const details = truncate(message.trim(), longestMessage) || 'the kubelet reported no cause';
  return {
    reason: camelCase(reason, 'PodFailed'),
    message: `its pod was terminated by the kubelet (${reason}): ${details}`,
  };
}

function outOfMemory(limit: string | number | undefined, stage: string): Cause {
  const details =
    limit === undefined ? 'no memory limit is set: the node ran out of memory' : `the limit is ${limit}`;
  return {
    reason: 'OOMKilled',
    message:
      `its container ran out of memory and was killed (OOMKilled; ${details}). ` +
      `Raise resources.limits.memory of stage ${stage} in spec.stages.`,
  };
}

/** By the convention of shells and container runtimes, exit code 128 + n means signal n. */
function signalOf(exitCode: number): string {
  return exitCode > 128 && exitCode < 160 ? ` (signal ${exitCode - 128})` : '';
}

/** The end of a log, from the start of a line where possible. */
function logLines(log: string): string {
  const text = log.trim();
  if (text === '') return '';
  const tail = text.slice(-longestLog);
  const whole = tail.length < text.length ? tail.slice(tail.indexOf('\n') + 1) : tail;
  return `\nLast lines of its log:\n${whole.toWellFormed()}`;
}

/** A reason from another program, if a condition can hold it; else `fallback`. */
export function camelCase(reason: string, fallback: string): string {
  return /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(reason) ? reason : fallback;
}
