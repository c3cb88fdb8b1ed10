/** The Events that tell a run's story in `kubectl describe`: sent when a status first says what they say. */
import type { EventIntent } from '../../plan.ts';
import { isTrue } from '../conditions.ts';
import type { RunInput } from '../types.ts';
import { runEvent, type StoryEvent } from './decision.ts';
import type { NewlyDone, Progress } from './progress.ts';

/** What has come to pass up to the stage that the run is at. */
export function storySoFar(input: RunInput, { startTime, newlyDone }: Progress): StoryEvent[] {
  const { run } = input;
  const started = startTime !== null && run.status.startTime === undefined;
  return [
    ...(started ? [startedEvent(input)] : []),
    ...newlyDone.map(done => doneEvent(input, done)),
    ...(isTrue(run.status.conditions, 'Suspended') && run.spec?.suspend === false
      ? [resumedEvent(input)]
      : []),
  ];
}

/** The run's first Job is made. */
export function startedEvent(input: RunInput): EventIntent {
  const { symbol, data } = input.run.spec ?? {};
  const message = `The run begins: ${symbol} from source ${data?.source}, for Model ${input.run.model}.`;
  return runEvent(input, 'Normal', 'Started', message);
}

function resumedEvent(input: RunInput): EventIntent {
  return runEvent(input, 'Normal', 'Resumed', 'The run goes on; its deadlines start anew.');
}

function doneEvent(input: RunInput, { stage, end, report }: NewlyDone): StoryEvent {
  const { name, state, attempts = 1 } = stage;
  const seconds =
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
    state === 'Reused'
      ? ['StageReused', 'had been done before and was verified']
      : ['StageSucceeded', 'succeeded'];
  return {
    ...runEvent(input, 'Normal', reason, `${name} ${verb}${seconds}${tries}${headline}`),
    stage: name,
  };
}
