/** The state of a Score Job, and the figures that it reported. */
import type { LiveStatus } from '../../../api/live.ts';
import type { ModelStatus } from '../../../api/model.ts';
import { scoreReportSchema } from '../../../api/stage-report.ts';
import type { PodResource, ScoreJobResource } from '../../observation.ts';
import { formatTime } from '../../time.ts';
import { truncate } from '../conditions.ts';
import { failedAttempts, isPermanent, newestFirst, podsDue, reportIn } from '../job-pods.ts';

export type JobState = NonNullable<NonNullable<ModelStatus['scoring']>['job']>;

/** Whether it is another Job, or the same Job in another state. @param before the stored state */
export function isNewState(before: JobState | undefined, { name, state }: JobState): boolean {
  return before?.name !== name || before.state !== state;
}

/** The figures that a Job's pods reported; undefined when none succeeded or there was nothing to score. */
export function liveOf(pods: readonly PodResource[]): LiveStatus | undefined {
  for (const { terminated } of newestFirst(pods)) {
    const report = reportIn(terminated, scoreReportSchema);
    if (terminated?.exitCode !== 0 || report?.state !== 'Succeeded' || report.live === undefined) continue;
    return { ...report.live, scoredAt: formatTime(terminated.finishedAt ?? 0) };
  }
  return undefined;
}

/** @param now milliseconds since the epoch */
export function stateOf(job: ScoreJobResource, pods: readonly PodResource[], now: number): JobState {
  const { name, finished, createdAt } = job;
  const success = pods.find(({ terminated }) => terminated?.exitCode === 0);
  if (success !== undefined) {
    return { name, state: 'Succeeded', ...skippedDays(success), time: endOf(success, job) };
  }
  const attempts = newestFirst(failedAttempts(pods));
  const permanent = attempts.find(({ terminated }) => isPermanent(terminated));
  if (permanent !== undefined)
    return { name, state: 'Failed', ...causeOf(permanent), time: endOf(permanent, job) };
  // The watch has not delivered the end of the last attempt yet, which has the cause.
  if (finished === null || podsDue(job, pods, now) !== null) {
    return { name, state: 'Running', time: formatTime(createdAt) };
  }
  const time = formatTime(finished.at);
  if (finished.type === 'Complete') return { name, state: 'Succeeded', time };
  const [last] = attempts;
  const condition = { reason: finished.reason || 'JobFailed', message: truncate(finished.message, 2000) };
  const cause = last === undefined || finished.reason === 'DeadlineExceeded' ? condition : causeOf(last);
  return { name, state: 'Failed', ...cause, time };
}

/** Why days were skipped, if any were. */
function skippedDays({ terminated }: PodResource): Pick<JobState, 'reason' | 'message'> {
  const report = reportIn(terminated, scoreReportSchema);
  return report?.state === 'Succeeded' ? { ...report.liveProblem } : {};
}

function causeOf({ terminated }: PodResource): Pick<JobState, 'reason' | 'message'> {
  const report = reportIn(terminated, scoreReportSchema);
  if (report?.state === 'Failed') {
    return { reason: report.reason, message: truncate(report.message, 2000) };
  }
  const reason =
    terminated?.reason === 'OOMKilled' ? 'OOMKilled' : `ExitCode${terminated?.exitCode ?? 'Unknown'}`;
  return { reason, message: truncate(terminated?.message ?? 'its pod reported no cause', 2000) };
}

function endOf({ terminated }: PodResource, { createdAt }: ScoreJobResource): string {
  return formatTime(terminated?.finishedAt ?? createdAt);
}
