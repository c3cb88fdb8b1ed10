/** What is said of scoring in Events and in the log: when something is so for the first time. */
import type { LiveStatus } from '../../../api/live.ts';
import type { EventSpec } from '../event.ts';
import { digits, percent } from '../promotion/format.ts';
import { isNews, type JobState } from './job-state.ts';
import type { RunState } from './run-state.ts';

/** A Job that is new, or has failed. */
export function jobEventSpecs(before: JobState | undefined, after: JobState | undefined): EventSpec[] {
  if (after === undefined || !isNews(before, after)) return [];
  switch (after.state) {
    case 'Running':
      return [{ type: 'Normal', reason: 'Scoring', message: `Job ${after.name} scores what serves.` }];
    case 'Failed':
      return [
        {
          type: 'Warning',
          reason: 'ScoreFailed',
          message: `Job ${after.name} failed (${after.reason}): ${after.message}`,
        },
      ];
    case 'Succeeded':
      return leftOut('Job', after);
  }
}

/** Runs that could not score, or not wholly. */
export function runEventSpecs(ended: readonly RunState[]): EventSpec[] {
  return ended.flatMap(run => {
    if (run.state === 'Succeeded') return leftOut('Run', run);
    const message = `Run ${run.name} scored nothing (${run.reason}): ${run.message}`;
    return [{ type: 'Warning', reason: 'ScoreFailed', message }];
  });
}

function leftOut(what: string, { name, reason, message }: JobState | RunState): EventSpec[] {
  if (reason === undefined) return [];
  return [
    {
      type: 'Warning',
      reason: 'ScoreFailed',
      message: `${what} ${name} left out days (${reason}): ${message}`,
    },
  ];
}

/** Days that were not scored before, and what they have made worse. */
export function liveEventSpecs(before: LiveStatus | null, after: LiveStatus | null): EventSpec[] {
  if (after === null || (before?.lastDay === after.lastDay && before.symbol === after.symbol)) return [];
  const message = liveMessage(after);
  const known = before === null ? [] : worse(before);
  const news = worse(after).filter(what => !known.includes(what));
  return [
    { type: 'Normal', reason: 'Scored', message },
    ...news.map(
      (what): EventSpec => ({ type: 'Warning', reason: 'LiveWorse', message: `${what}. ${message}` }),
    ),
  ];
}

/** How forecasts came true, in one sentence: of the longest window. */
function liveMessage({ symbol, days, lastDay, windows }: LiveStatus): string {
  const figures = windows.at(-1)?.figures;
  if (figures === undefined)
    return `${days} forecast of ${symbol} has come true or not: too few for figures.`;
  const number = (name: string) => Number(figures[name]);
  return (
    `Of the last ${figures.days} forecasts of ${symbol} up to ${lastDay}: RMSE ${percent(number('rmse'))} against the mean's ` +
    `${percent(number('meanRmse'))} (${digits(number('rmseRatio'), 5)} times), ${percent(number('accuracy'))} of risk classes ` +
    `right against persistence's ${percent(number('persistenceAccuracy'))}.`
  );
}

/** What is significantly worse than a rule that costs nothing, by the longest window that is long enough to tell. */
function worse({ windows }: LiveStatus): string[] {
  const { returnVerdict, riskVerdict } =
    windows.findLast(({ figures }) => figures.returnVerdict !== undefined)?.figures ?? {};
  return [
    ...(returnVerdict === 'Worse' ? ['The returns are significantly worse than the mean'] : []),
    ...(riskVerdict === 'Worse' ? ['The risk classes are significantly worse than persistence'] : []),
  ];
}
