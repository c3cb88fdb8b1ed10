/** How the last Score Job stands, and what it has found out. */
import type { LiveStatus } from '../../../api/live.ts';
import type { ModelStatus } from '../../../api/model.ts';
import { scoreReportSchema } from '../../../api/stage-report.ts';
import type { PodResource, ScoreJobResource } from '../../observation.ts';
import { formatTime } from '../../time.ts';
import { truncate } from '../conditions.ts';
import { failedAttempts, isPermanent, newestFirst, podsDue } from '../run/stage/pods.ts';
import { reportIn } from '../termination-report.ts';

export type JobState = NonNullable<NonNullable<ModelStatus['scoring']>['job']>;

/** Whether it is another Job, or the same one further on. @param known as it was seen last */
export function isNews(known: JobState | undefined, { name, state }: JobState): boolean {
  return known?.name !== name || known.state !== state;
}

/** The figures that a Job's pods left, if one of them succeeded and there was anything to score. */
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
    return { name, state: 'Succeeded', ...leftOut(success), time: endOf(success, job) };
  }
  const attempts = newestFirst(failedAttempts(pods));
  const permanent = attempts.find(({ terminated }) => isPermanent(terminated));
  if (permanent !== undefined)
    return { name, state: 'Failed', ...causeOf(permanent), time: endOf(permanent, job) };
  // The end of the last attempt is on its way here: it has the cause.
  if (finished === null || podsDue(job, pods, now) !== null) {
    return { name, state: 'Running', time: formatTime(createdAt) };
  }
  const time = formatTime(finished.at);
  if (finished.type === 'Complete') return { name, state: 'Succeeded', time };
  const [last] = attempts;
  const said = { reason: finished.reason || 'JobFailed', message: truncate(finished.message, 2000) };
  const cause = last === undefined || finished.reason === 'DeadlineExceeded' ? said : causeOf(last);
  return { name, state: 'Failed', ...cause, time };
}

/** Why days were left out, if any were. */
function leftOut({ terminated }: PodResource): Pick<JobState, 'reason' | 'message'> {
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
  return { reason, message: truncate(terminated?.message ?? 'its pod left no cause', 2000) };
}

function endOf({ terminated }: PodResource, { createdAt }: ScoreJobResource): string {
  return formatTime(terminated?.finishedAt ?? createdAt);
}
