/** Live scoring: stores the scores of past forecasts that runs and Score Jobs report, and creates Score Jobs. */
import type { LiveStatus } from '../../../api/live.ts';
import type { ModelStatus, ScoringSpec } from '../../../api/model.ts';
import { messageOf } from '../../../failure.ts';
import { scoreJobName } from '../../names.ts';
import type { Action } from '../../plan.ts';
import { renderScoreJob } from '../../render/score-job.ts';
import { jobs as jobType } from '../../resources.ts';
import { earliest, formatTime } from '../../time.ts';
import { truncate } from '../conditions.ts';
import { type EventSpec, modelAnnouncements } from '../event.ts';
import { tenuresOf } from '../tenures.ts';
import type { ScoringDecision, ScoringInput, Verdict } from '../types.ts';
import { scoringDue } from './due.ts';
import { jobEventSpecs, liveEventSpecs, runEventSpecs } from './event-specs.ts';
import { isNewState, type JobState, liveOf, stateOf } from './job-state.ts';
import { newRuns, type RunState } from './run-state.ts';

/** Pure and idempotent: the same input with the returned status leads to no further change. */
export function decideScoring(input: ScoringInput): ScoringDecision {
  const { model } = input;
  const before = model.status.scoring;
  const stored = ofChampion(input, model.status.live);
  const live = newest([
    stored,
    ...input.runScores.map(score => ofChampion(input, score.live)),
    ...ownJobs(input).map(job => ofChampion(input, liveOf(podsOf(input, job)))),
  ]);
  const job = lastJob(input);
  const timed = withTimes(input, job);
  // The last Job may have ended by the time the next one is created: both states are recorded.
  const states = [job, timed.job].filter(state => state !== undefined);
  const runs = newRuns(before?.run, input.runScores);
  const scoring = { ...timed.times, ...afterJobs(afterRuns(before, runs), states) };
  const eventSpecs = [
    ...timed.eventSpecs,
    ...runEventSpecs(runs),
    ...jobEventSpecs(before?.job, job),
    ...jobEventSpecs(job, timed.job),
    ...liveEventSpecs(stored, live),
  ];
  return {
    actions: timed.actions,
    ...modelAnnouncements(model, eventSpecs),
    requeueAt: timed.requeueAt,
    condition: timed.condition,
    status: {
      ...(live !== null && { live }),
      ...(Object.keys(scoring).length > 0 && { scoring }),
    },
  };
}

type ScoringRecord = Pick<NonNullable<ModelStatus['scoring']>, 'job' | 'run' | 'failures'>;

/** The record after these states, oldest first; states that it already has are not counted again. */
function afterJobs(before: ScoringRecord, states: readonly JobState[]): ScoringRecord {
  const newStates = states.filter((state, i) => isNewState(states[i - 1] ?? before.job, state));
  return {
    ...before,
    job: states.at(-1) ?? before.job,
    failures: newStates.reduce(countFailures, before.failures ?? 0),
  };
}

/** The record after these runs, oldest first. */
function afterRuns(
  { job, run, failures = 0 }: ScoringRecord = {},
  ended: readonly RunState[],
): ScoringRecord {
  return { job, run: ended.at(-1) ?? run, failures: ended.reduce(countFailures, failures) };
}

/** Counts consecutive failures of Jobs and runs. */
function countFailures(failures: number, { state }: Pick<JobState, 'state'>): number {
  return { Running: failures, Succeeded: 0, Failed: failures + 1 }[state];
}

/** The figures, or null when they are about another symbol than the champion's. */
function ofChampion({ champion }: ScoringInput, live: LiveStatus | undefined): LiveStatus | null {
  const symbol = champion?.metrics?.symbol;
  return live === undefined || (symbol !== undefined && symbol !== live.symbol) ? null : live;
}

/** The figures that were computed last. */
function newest(candidates: readonly (LiveStatus | null)[]): LiveStatus | null {
  return candidates.reduce(
    (latest, live) => (live !== null && (latest === null || live.scoredAt > latest.scoredAt) ? live : latest),
    null,
  );
}

function ownJobs({ model, jobs }: ScoringInput) {
  return jobs.filter(job => job.ownerUid === model.uid);
}

function podsOf({ pods }: ScoringInput, { uid }: { readonly uid: string }) {
  return pods.filter(pod => pod.ownerUid === uid);
}

/** The state of the newest Job; a Job that was deleted while it was running has failed. */
function lastJob(input: ScoringInput): JobState | undefined {
  const stored = input.model.status.scoring?.job;
  const [newestJob] = ownJobs(input).toSorted(
    (a, b) => b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1),
  );
  if (newestJob !== undefined) {
    const state = stateOf(newestJob, podsOf(input, newestJob), input.now);
    // While it runs, the stored time is kept: when it was created, by this operator's clock.
    return stored?.name === state.name && stored.state === 'Running' && state.state === 'Running'
      ? stored
      : state;
  }
  if (stored?.state !== 'Running') return stored;
  const message = 'The Job was deleted before it ended.';
  return { ...stored, state: 'Failed', reason: 'JobDeleted', message, time: formatTime(input.now) };
}

interface Timed {
  readonly times: { readonly lastScheduleTime?: string; readonly nextScheduleTime?: string };
  readonly job: JobState | undefined;
  readonly actions: readonly Action[];
  readonly eventSpecs: readonly EventSpec[];
  readonly requeueAt: number | null;
  readonly condition: Verdict | null;
}

function withTimes(input: ScoringInput, job: JobState | undefined): Timed {
  const { model, now } = input;
  const spec = model.spec?.scoring;
  const { lastScheduleTime } = model.status.scoring ?? {};
  // Stays in the status for when scoring is resumed or corrected.
  const last = lastScheduleTime === undefined ? {} : { lastScheduleTime };
  const noJob: Timed = { times: last, job, actions: [], eventSpecs: [], requeueAt: null, condition: null };
  if (spec === undefined) return { ...noJob, times: {} };
  if (model.deleting) return noJob;
  if (spec.suspend) return { ...noJob, condition: suspended };
  let due: ReturnType<typeof scoringDue>;
  try {
    due = scoringDue(spec, model.status.scoring, now);
  } catch (error) {
    return { ...noJob, ...invalid(input, spec, error) };
  }
  const { time, next } = due;
  const refusal = time === null ? undefined : temporaryRefusal(input, time);
  if (refusal !== undefined) {
    // The stored times are kept: this one stays due.
    const times = { ...last, ...nextTime(model.status.scoring?.nextScheduleTime) };
    return { ...noJob, times, condition: refusal, requeueAt: earliest(next, now + refusedRetry) };
  }
  const times = {
    ...last,
    ...(time !== null && { lastScheduleTime: formatTime(time) }),
    ...(next !== null && { nextScheduleTime: formatTime(next) }),
  };
  const created = time === null || job?.state === 'Running' ? null : createJob(input, time);
  return { ...noJob, ...created, times, requeueAt: next, condition: valid(spec) };
}

const suspended: Verdict = {
  status: 'False',
  reason: 'Suspended',
  message: 'No Score Jobs are created while spec.scoring.suspend is true.',
};

function valid({ cron, timeZone }: ScoringSpec): Verdict {
  const message = `Score Jobs are created by "${cron}" in time zone ${timeZone}.`;
  return { status: 'True', reason: 'Scheduled', message };
}

/** Milliseconds until a Job that was refused for a temporary cause is created again. */
const refusedRetry = 30_000;

const nextTime = (nextScheduleTime: string | undefined) =>
  nextScheduleTime === undefined ? {} : { nextScheduleTime };

function temporaryRefusal({ model, refusals }: ScoringInput, time: number): Verdict | undefined {
  const jobName = scoreJobName(model.name, time);
  const refusal = refusals.find(({ name, temporary }) => name === jobName && temporary !== undefined);
  if (refusal?.temporary === undefined) return undefined;
  const message = `The API server refused Job ${jobName}: ${truncate(refusal.message, 2000)}`;
  return { status: 'False', reason: refusal.temporary, message };
}

/** Null when there is no champion to score, or while a run is running: it scores the same days with its own bars. */
function createJob(input: ScoringInput, time: number): Pick<Timed, 'job' | 'actions'> | null {
  const { model, champion, history, settings, running, jobs, refusals, now } = input;
  const name = scoreJobName(model.name, time);
  // An existing Job of this name was created for this time, and only the status update was lost.
  if (model.spec === null || champion === null || running || jobs.some(job => job.name === name)) return null;
  const refusal = refusals.find(candidate => candidate.name === name);
  if (refusal !== undefined) {
    const message = `The API server refused the Job: ${refusal.message}`;
    return {
      actions: [],
      job: { name, state: 'Failed', reason: refusal.reason, message, time: formatTime(now) },
    };
  }
  const object = renderScoreJob({
    settings,
    model,
    spec: model.spec,
    champion: champion.version,
    tenures: tenuresOf(champion, history),
    time,
  });
  return {
    actions: [{ kind: 'Create', type: jobType, object }],
    job: { name, state: 'Running', time: formatTime(now) },
  };
}

function invalid(
  { model }: ScoringInput,
  { cron, timeZone }: ScoringSpec,
  error: unknown,
): Pick<Timed, 'condition' | 'eventSpecs'> {
  const message = `Scoring schedule "${cron}" in time zone ${timeZone} is invalid: ${messageOf(error)}`;
  const reason = 'InvalidScoring';
  // One Event for each change of the spec.
  const isKnown = model.status.observedGeneration === model.generation;
  return {
    condition: { status: 'False', reason, message },
    eventSpecs: isKnown ? [] : [{ type: 'Warning', reason, message }],
  };
}
