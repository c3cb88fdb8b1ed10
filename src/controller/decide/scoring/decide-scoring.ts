/** Live truth: takes in what stages have found out about forecasts, and makes Jobs that find out. */
import type { LiveStatus } from '../../../api/live.ts';
import type { ModelStatus, ScoringSpec } from '../../../api/model.ts';
import { messageOf } from '../../../failure.ts';
import { scoreJobName } from '../../names.ts';
import type { Action } from '../../plan.ts';
import { renderScoreJob } from '../../render/score-job.ts';
import { jobs as jobType } from '../../resources.ts';
import { formatTime } from '../../time.ts';
import { type EventSpec, modelTells } from '../event.ts';
import { tenuresOf } from '../tenures.ts';
import type { ScoringDecision, ScoringInput } from '../types.ts';
import { scoringDue } from './due.ts';
import { jobEventSpecs, liveEventSpecs, runEventSpecs } from './event-specs.ts';
import { isNews, type JobState, liveOf, stateOf } from './job-state.ts';
import { newRuns, type RunState } from './run-state.ts';

/** Depends on nothing but its input; the same input with the status it gave back changes nothing more. */
export function decideScoring(input: ScoringInput): ScoringDecision {
  const { model } = input;
  const before = model.status.scoring;
  const known = ofChampion(input, model.status.live);
  const live = newest([
    known,
    ...input.found.map(found => ofChampion(input, found.live)),
    ...ownJobs(input).map(job => ofChampion(input, liveOf(podsOf(input, job)))),
  ]);
  const job = lastJob(input);
  const timed = withTimes(input, job);
  // The last Job may have ended in the moment in which the next one is made.
  const ends = [job, timed.job].filter(state => state !== undefined);
  const runs = newRuns(before?.run, input.found);
  const scoring = { ...timed.times, ...afterJobs(afterRuns(before, runs), ends) };
  const eventSpecs = [
    ...timed.eventSpecs,
    ...runEventSpecs(runs),
    ...jobEventSpecs(before?.job, job),
    ...jobEventSpecs(job, timed.job),
    ...liveEventSpecs(known, live),
  ];
  return {
    actions: timed.actions,
    ...modelTells(model, eventSpecs),
    requeueAt: timed.requeueAt,
    status: {
      ...(live !== null && { live }),
      ...(Object.keys(scoring).length > 0 && { scoring }),
    },
  };
}

type ScoringRecord = Pick<NonNullable<ModelStatus['scoring']>, 'job' | 'run' | 'failures'>;

/** The record once these states were seen, the oldest first; what it has already is not counted again. */
function afterJobs(before: ScoringRecord, states: readonly JobState[]): ScoringRecord {
  const news = states.filter((state, i) => isNews(states[i - 1] ?? before.job, state));
  return {
    ...before,
    job: states.at(-1) ?? before.job,
    failures: news.reduce(counted, before.failures ?? 0),
  };
}

/** The record once these runs have ended, the oldest first. */
function afterRuns(
  { job, run, failures = 0 }: ScoringRecord = {},
  ended: readonly RunState[],
): ScoringRecord {
  return { job, run: ended.at(-1) ?? run, failures: ended.reduce(counted, failures) };
}

/** Failures one after the other, of Jobs and runs. */
function counted(failures: number, { state }: Pick<JobState, 'state'>): number {
  return { Running: failures, Succeeded: 0, Failed: failures + 1 }[state];
}

/** Null for what is about another symbol than the champion's: it says nothing of what serves. */
function ofChampion({ champion }: ScoringInput, live: LiveStatus | undefined): LiveStatus | null {
  const symbol = champion?.metrics?.symbol;
  return live === undefined || (symbol !== undefined && symbol !== live.symbol) ? null : live;
}

/** The one that was found out last. */
function newest(found: readonly (LiveStatus | null)[]): LiveStatus | null {
  return found.reduce(
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

/** How the youngest Job stands; one that was deleted while it ran has failed. */
function lastJob(input: ScoringInput): JobState | undefined {
  const known = input.model.status.scoring?.job;
  const [youngest] = ownJobs(input).toSorted(
    (a, b) => b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1),
  );
  if (youngest !== undefined) {
    const state = stateOf(youngest, podsOf(input, youngest), input.now);
    // While it runs, the time is that of its making, as this operator's clock had it.
    return known?.name === state.name && known.state === 'Running' && state.state === 'Running'
      ? known
      : state;
  }
  if (known?.state !== 'Running') return known;
  const message = 'The Job was deleted before it had ended.';
  return { ...known, state: 'Failed', reason: 'JobDeleted', message, time: formatTime(input.now) };
}

interface Timed {
  readonly times: { readonly lastScheduleTime?: string; readonly nextScheduleTime?: string };
  readonly job: JobState | undefined;
  readonly actions: readonly Action[];
  readonly eventSpecs: readonly EventSpec[];
  readonly requeueAt: number | null;
}

function withTimes(input: ScoringInput, job: JobState | undefined): Timed {
  const { model, now } = input;
  const spec = model.spec?.scoring;
  const { lastScheduleTime } = model.status.scoring ?? {};
  // The last time is remembered, for when there are times again.
  const last = lastScheduleTime === undefined ? {} : { lastScheduleTime };
  const nothing: Timed = { times: last, job, actions: [], eventSpecs: [], requeueAt: null };
  if (model.deleting || spec === undefined || spec.suspend) return nothing;
  let due: ReturnType<typeof scoringDue>;
  try {
    due = scoringDue(spec, model.status.scoring, now);
  } catch (error) {
    return { ...nothing, eventSpecs: invalid(input, spec, error) };
  }
  const { time, next } = due;
  const times = {
    ...last,
    ...(time !== null && { lastScheduleTime: formatTime(time) }),
    ...(next !== null && { nextScheduleTime: formatTime(next) }),
  };
  const made = time === null || job?.state === 'Running' ? null : make(input, time);
  return { ...nothing, ...made, times, requeueAt: next };
}

/**
 * Null when there is nothing to score, or a run is at work, which scores the same days by its own bars.
 */
function make(input: ScoringInput, time: number): Pick<Timed, 'job' | 'actions'> | null {
  const { model, champion, history, settings, running, jobs, refusals, now } = input;
  const name = scoreJobName(model.name, time);
  // One that is there already was made for this time, and only the record of it was lost.
  if (model.spec === null || champion === null || running || jobs.some(job => job.name === name)) return null;
  const refusal = refusals.find(refused => refused.name === name);
  if (refusal !== undefined) {
    const message = `The API server refuses the Job: ${refusal.message}`;
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

/** Said once for each change of the spec. */
function invalid({ model }: ScoringInput, { cron, timeZone }: ScoringSpec, error: unknown): EventSpec[] {
  if (model.status.observedGeneration === model.generation) return [];
  const message = `scoring "${cron}" in ${timeZone} makes no Jobs: ${messageOf(error)}`;
  return [{ type: 'Warning', reason: 'InvalidScoring', message }];
}
