/** A Model's schedule: creates runs at its times, and deletes old runs beyond the history limits. */
import type { ScheduleSpec } from '../../../api/model.ts';
import { messageOf } from '../../../failure.ts';
import { scheduledRunName } from '../../names.ts';
import type { ModelResource, Refusal } from '../../observation.ts';
import { formatTime, parseTime } from '../../time.ts';
import { findCondition, truncate } from '../conditions.ts';
import { type EventSpec, modelAnnouncements } from '../event.ts';
import { unmetBy } from '../selection.ts';
import type { DecidedRun, ScheduleDecision, ScheduleInput, Verdict } from '../types.ts';
import { actOn, deletionOf } from './due.ts';
import { beyondLimits } from './history-limits.ts';
import { type RunTemplate, scheduledLabels } from './scheduled-run.ts';
import { latestWithin, type Times, timesOf } from './times.ts';

/** Creates at most one run for each time of the schedule, however often it is called. */
export function decideSchedule(input: ScheduleInput): ScheduleDecision {
  const { model, runs } = input;
  const { schedule, runTemplate: template } = model.spec ?? {};
  // Without its last time, a schedule that is added later does not make up for times when there was none.
  if (schedule === undefined || template === undefined) return { ...unscheduled(model), status: {} };
  if (model.deleting) return unscheduled(model);
  const scheduled = runs.filter(({ run }) => run.scheduledBy === model.uid);
  const decision = schedule.suspend
    ? { ...unscheduled(model), condition: suspended }
    : withTimes(input, { schedule, template }, scheduled.filter(isSelected));
  const old = beyondLimits(model, schedule, scheduled).map(deletionOf);
  // No run is deleted twice: replaced runs are unfinished, runs beyond the limits are finished.
  return { ...decision, actions: [...decision.actions, ...old] };
}

/** An owner reference can be forged: a run that may not compete must not keep the schedule from creating one. */
function isSelected({ notSelected }: DecidedRun): boolean {
  return notSelected === null;
}

const suspended: Verdict = {
  status: 'False',
  reason: 'Suspended',
  message: 'No runs are created while spec.schedule.suspend is true.',
};

interface Scheduling {
  readonly schedule: ScheduleSpec;
  readonly template: RunTemplate;
}

function withTimes(
  input: ScheduleInput,
  scheduling: Scheduling,
  scheduled: readonly DecidedRun[],
): ScheduleDecision {
  const { now, model } = input;
  const unmet = model.spec && unmetBy(scheduledLabels(model, scheduling.template), model.spec);
  if (unmet !== null) return invalid(model, templateNotSelected(unmet));
  let times: Times;
  try {
    times = timesOf(scheduling.schedule);
  } catch (error) {
    return invalid(model, invalidSchedule(scheduling.schedule, error));
  }
  const next = times.next(now);
  const handled = handleDueTime(input, scheduling, times, scheduled);
  const { lastScheduleTime } = model.status;
  const last = handled.time === null ? lastScheduleTime : formatTime(handled.time);
  return {
    actions: handled.actions,
    ...modelAnnouncements(model, handled.eventSpecs),
    status: {
      ...(last !== undefined && { lastScheduleTime: last }),
      ...(handled.isRetried
        ? pick(model.status.nextScheduleTime)
        : next !== null && { nextScheduleTime: formatTime(next) }),
    },
    condition: handled.problem ?? lastProblem(model, handled.time) ?? valid(scheduling.schedule),
    requeueAt: handled.isRetried ? now + refusedRetry : next,
  };
}

/** Milliseconds until a run that was refused for a temporary cause is created again. */
const refusedRetry = 30_000;

const pick = (nextScheduleTime: string | undefined) =>
  nextScheduleTime === undefined ? {} : { nextScheduleTime };

function valid({ cron, timeZone }: ScheduleSpec): Verdict {
  const message = `Runs are created by "${cron}" in time zone ${timeZone}.`;
  return { status: 'True', reason: 'Scheduled', message };
}

/** The verdict about the last run that was finally refused, until the next time is due or the spec changes. */
function lastProblem({ status, generation }: ModelResource, handled: number | null): Verdict | null {
  const before = findCondition(status.conditions, 'Scheduled');
  if (before?.reason !== runRefused || before.observedGeneration !== generation || handled !== null)
    return null;
  return { status: before.status, reason: before.reason, message: before.message };
}

const runRefused = 'RunRefused';

interface HandledTime {
  /** The scheduled time that this decision handles; null when none is due. */
  readonly time: number | null;
  readonly actions: ScheduleDecision['actions'];
  readonly eventSpecs: readonly EventSpec[];
  /** Why the due run cannot be created. */
  readonly problem?: Verdict;
  /** Whether the time stays due, because the run may be accepted later. */
  readonly isRetried?: boolean;
}

/** Of several due times only the last counts, unless its starting deadline has passed. */
function handleDueTime(
  { now, model, runs, refusals }: ScheduleInput,
  scheduling: Scheduling,
  times: Times,
  scheduled: readonly DecidedRun[],
): HandledTime {
  const since = handledUntil(model, now);
  const earliest = now - scheduling.schedule.startingDeadlineSeconds * 1000;
  // One second earlier, because `next` excludes its argument: a time exactly at the deadline still counts.
  const time = latestWithin(times, Math.max(since, earliest - 1000), now);
  if (time !== null && time >= earliest) {
    const due = actOn(time, model, scheduling, { all: runs, scheduled });
    if (due === null) return { time, actions: [], eventSpecs: [] };
    const { actions, reason, message } = due;
    const refusal = refusals.find(({ name }) => name === scheduledRunName(model.name, time));
    if (refusal !== undefined && actions.length > 0) return refusedRun(refusal, time);
    return { time, actions, eventSpecs: [{ type: 'Normal', reason, message }] };
  }
  const missed = times.previous(now);
  if (missed === null || missed <= since) return { time: null, actions: [], eventSpecs: [] };
  const message =
    `No run was created for ${formatTime(missed)}: it is more than ` +
    `${scheduling.schedule.startingDeadlineSeconds} s ago (startingDeadlineSeconds).`;
  return { time: missed, actions: [], eventSpecs: [{ type: 'Warning', reason: 'ScheduleMissed', message }] };
}

/** A time whose run is finally refused counts as handled; the next one may have another spec. */
function refusedRun({ name, temporary, message: details }: Refusal, time: number): HandledTime {
  const message = `The API server refused run ${name} for ${formatTime(time)}: ${truncate(details, 2000)}`;
  const problem: Verdict = { status: 'False', reason: temporary ?? runRefused, message };
  if (temporary !== undefined) return { time: null, actions: [], eventSpecs: [], problem, isRetried: true };
  return {
    time,
    actions: [],
    eventSpecs: [{ type: 'Warning', reason: runRefused, message }],
    problem,
  };
}

/**
 * Times up to this one have been handled. A schedule that is added to an existing Model starts with the first time that
 * was stored as `nextScheduleTime`: earlier times are not made up for.
 */
function handledUntil({ createdAt, status }: ModelResource, now: number): number {
  const { lastScheduleTime, nextScheduleTime, observedGeneration } = status;
  if (lastScheduleTime !== undefined) return parseTime(lastScheduleTime);
  if (nextScheduleTime !== undefined) return parseTime(nextScheduleTime) - 1000;
  return observedGeneration === undefined ? createdAt : now;
}

function invalidSchedule({ cron, timeZone }: ScheduleSpec, error: unknown): Problem {
  const message = `Schedule "${cron}" in time zone ${timeZone} is invalid: ${messageOf(error)}`;
  return { reason: 'InvalidSchedule', message };
}

function templateNotSelected(unmet: string): Problem {
  const message =
    `No run is created: the labels of runTemplate do not match ${unmet}, which promotion.runs.selector requires. ` +
    'Change one of the two.';
  return { reason: 'RunTemplateNotSelected', message };
}

type Problem = Pick<Verdict, 'reason' | 'message'>;

/** Nothing is created until the spec changes. */
function invalid(model: ModelResource, problem: Problem): ScheduleDecision {
  const condition: Verdict = { status: 'False', ...problem };
  // One Event for each change of the spec.
  if (model.status.observedGeneration === model.generation) return { ...unscheduled(model), condition };
  return {
    ...unscheduled(model),
    condition,
    ...modelAnnouncements(model, [{ type: 'Warning', ...problem }]),
  };
}

/** A decision without a next time; the last one stays in the status for when the schedule is resumed or corrected. */
function unscheduled({ status: { lastScheduleTime } }: ModelResource): ScheduleDecision {
  return {
    actions: [],
    events: [],
    notes: [],
    requeueAt: null,
    condition: null,
    status: lastScheduleTime === undefined ? {} : { lastScheduleTime },
  };
}
