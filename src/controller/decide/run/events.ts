/** Events of a run's progress: emitted when a status first records what they report. */
import type { EventIntent } from '../../plan.ts';
import { isTrue } from '../conditions.ts';
import type { RunInput } from '../types.ts';
import { type RunEvent, runEvent } from './decision.ts';
import type { NewlyDone, Progress } from './progress.ts';

/** Events for everything new up to the current stage: start, finished stages, resumption. */
export function progressEvents(input: RunInput, { startTime, newlyDone }: Progress): RunEvent[] {
  const { run } = input;
  const started = startTime !== null && run.status.startTime === undefined;
  const resumed = isTrue(run.status.conditions, 'Suspended') && run.spec?.suspend === false;
  return [
    ...(started ? [startedEvent(input)] : []),
    ...newlyDone.map(done => doneEvent(input, done)),
    ...(resumed ? [resumedEvent(input)] : []),
  ];
}

/** The run's first Job is created. */
export function startedEvent(input: RunInput): EventIntent {
  const { symbol, data } = input.run.spec ?? {};
  const message = `Started: symbol ${symbol}, source ${data?.source}, Model ${input.run.model}.`;
  return runEvent(input, 'Normal', 'Started', message);
}

function resumedEvent(input: RunInput): EventIntent {
  return runEvent(input, 'Normal', 'Resumed', 'The run is resumed; its deadlines start again.');
}

function doneEvent(input: RunInput, { stage, end, report }: NewlyDone): RunEvent {
  const { name, state, attempts = 1 } = stage;
  const duration =
    end.startedAt === null || end.finishedAt === null
      ? ''
      : ` in ${Math.max(0, Math.round((end.finishedAt - end.startedAt) / 1000))} s`;
  const tries = attempts > 1 ? `, at attempt ${attempts}` : '';
  const figures = Object.entries(report.metrics)
    .slice(0, 6)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
  const headline = figures === '' ? '' : `: ${figures}`;
  const [reason, verb] =
    state === 'Reused' ? ['StageReused', 'reused its verified artifacts'] : ['StageSucceeded', 'succeeded'];
  return {
    ...runEvent(input, 'Normal', reason, `${name} ${verb}${duration}${tries}${headline}`),
    stage: name,
  };
}
