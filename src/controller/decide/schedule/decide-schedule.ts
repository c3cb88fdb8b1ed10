/** Which runs a Model's schedule makes now, which old ones it deletes, and when to look again. */
import type { ScheduleSpec } from '../../../api/model.ts';
import { messageOf } from '../../../failure.ts';
import type { ModelResource } from '../../observation.ts';
import { formatTime, parseTime } from '../../time.ts';
import { type EventSpec, modelTells } from '../event.ts';
import type { JudgedRun, ScheduleDecision, ScheduleInput } from '../types.ts';
import { deletionOf } from './deletion.ts';
import { actOn } from './due.ts';
import { beyondLimits } from './history-limits.ts';
import type { RunTemplate } from './scheduled-run.ts';
import { latestWithin, type Times, timesOf } from './times.ts';

/** At most one run for each time of the schedule, whenever and however often this is asked. */
export function decideSchedule(input: ScheduleInput): ScheduleDecision {
  const { model, runs } = input;
  const { schedule, runTemplate: template } = model.spec ?? {};
  if (model.deleting || schedule === undefined || template === undefined) return nothing(model);
  const scheduled = runs.filter(({ run }) => run.scheduledBy === model.uid);
  const decision = schedule.suspend ? nothing(model) : withTimes(input, { schedule, template }, scheduled);
  const old = beyondLimits(model, schedule, scheduled).map(deletionOf);
  // A run that is replaced is not finished, and one beyond the limits is: none is deleted twice.
  return { ...decision, actions: [...decision.actions, ...old] };
}

interface Scheduling {
  readonly schedule: ScheduleSpec;
  readonly template: RunTemplate;
}

function withTimes(
  input: ScheduleInput,
  what: Scheduling,
  scheduled: readonly JudgedRun[],
): ScheduleDecision {
  const { now, model } = input;
  let times: Times;
  try {
    times = timesOf(what.schedule);
  } catch (error) {
    return invalid(model, what.schedule, error);
  }
  const next = times.next(now);
  const came = whatCame(input, what, times, scheduled);
  const { lastScheduleTime } = model.status;
  const last = came.time === null ? lastScheduleTime : formatTime(came.time);
  return {
    actions: came.actions,
    ...modelTells(model, came.eventSpecs),
    status: {
      ...(last !== undefined && { lastScheduleTime: last }),
      ...(next !== null && { nextScheduleTime: formatTime(next) }),
    },
    requeueAt: next,
  };
}

interface Came {
  /** The time that is now done with; null: none has come. */
  readonly time: number | null;
  readonly actions: ScheduleDecision['actions'];
  readonly eventSpecs: readonly EventSpec[];
}

/** Of several times that have come, the last one counts, if it is not too long ago. */
function whatCame(
  { now, model, runs }: ScheduleInput,
  what: Scheduling,
  times: Times,
  scheduled: readonly JudgedRun[],
): Came {
  const since = sinceWhen(model, now);
  const earliest = now - what.schedule.startingDeadlineSeconds * 1000;
  // A second earlier, since `next` gives what comes after a moment: exactly at the deadline is in time.
  const time = latestWithin(times, Math.max(since, earliest - 1000), now);
  if (time !== null && time >= earliest) {
    const due = actOn(time, model, what, { all: runs, scheduled });
    if (due === null) return { time, actions: [], eventSpecs: [] };
    const { actions, reason, message } = due;
    return { time, actions, eventSpecs: [{ type: 'Normal', reason, message }] };
  }
  const missed = times.previous(now);
  if (missed === null || missed <= since) return { time: null, actions: [], eventSpecs: [] };
  const message =
    `No run was made for ${formatTime(missed)}: it is more than ` +
    `${what.schedule.startingDeadlineSeconds} s ago (startingDeadlineSeconds).`;
  return { time: missed, actions: [], eventSpecs: [{ type: 'Warning', reason: 'ScheduleMissed', message }] };
}

/**
 * Times up to this moment are done with. A schedule that an older Model is given owes nothing from before; what it owes
 * begins with the first time that was announced.
 */
function sinceWhen({ createdAt, status }: ModelResource, now: number): number {
  const { lastScheduleTime, nextScheduleTime, observedGeneration } = status;
  if (lastScheduleTime !== undefined) return parseTime(lastScheduleTime);
  if (nextScheduleTime !== undefined) return parseTime(nextScheduleTime) - 1000;
  return observedGeneration === undefined ? createdAt : now;
}

function invalid(model: ModelResource, { cron, timeZone }: ScheduleSpec, error: unknown): ScheduleDecision {
  // Said once for each change of the spec.
  if (model.status.observedGeneration === model.generation) return nothing(model);
  const message = `schedule "${cron}" in ${timeZone} makes no runs: ${messageOf(error)}`;
  return {
    ...nothing(model),
    ...modelTells(model, [{ type: 'Warning', reason: 'InvalidSchedule', message }]),
  };
}

/** No times: the last one is remembered, for when there are times again. */
function nothing({ status: { lastScheduleTime } }: ModelResource): ScheduleDecision {
  return {
    actions: [],
    events: [],
    notes: [],
    requeueAt: null,
    status: lastScheduleTime === undefined ? {} : { lastScheduleTime },
  };
}
