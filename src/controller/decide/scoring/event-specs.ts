/** Events about scoring, emitted when a status first records what they report. */
import type { LiveFigure } from '../../../api/headline.ts';
import type { LiveStatus } from '../../../api/live.ts';
import type { EventSpec } from '../event.ts';
import { digits, percent } from '../promotion/format.ts';
import { isNewState, type JobState } from './job-state.ts';
import type { RunState } from './run-state.ts';

/** Events about a Job that was created, failed or skipped days. */
export function jobEventSpecs(before: JobState | undefined, after: JobState | undefined): EventSpec[] {
  if (after === undefined || !isNewState(before, after)) return [];
  switch (after.state) {
    case 'Running':
      return [
        { type: 'Normal', reason: 'Scoring', message: `Created Job ${after.name} to score past forecasts.` },
      ];
    case 'Failed':
      return [
        {
          type: 'Warning',
          reason: 'ScoreFailed',
          message: `Job ${after.name} failed (${after.reason}): ${after.message}`,
        },
      ];
    case 'Succeeded':
      return skippedDays('Job', after);
  }
}

/** Events about runs that could not score, or skipped days. */
export function runEventSpecs(ended: readonly RunState[]): EventSpec[] {
  return ended.flatMap(run => {
    if (run.state === 'Succeeded') return skippedDays('Run', run);
    const message = `Run ${run.name} scored nothing (${run.reason}): ${run.message}`;
    return [{ type: 'Warning', reason: 'ScoreFailed', message }];
  });
}

function skippedDays(kind: string, { name, reason, message }: JobState | RunState): EventSpec[] {
  if (reason === undefined) return [];
  return [
    {
      type: 'Warning',
      reason: 'ScoreFailed',
      message: `${kind} ${name} skipped days (${reason}): ${message}`,
    },
  ];
}

/** Events about newly scored days, and about verdicts that have become Worse. */
export function liveEventSpecs(before: LiveStatus | null, after: LiveStatus | null): EventSpec[] {
  if (after === null || (before?.lastDay === after.lastDay && before.symbol === after.symbol)) return [];
  const message = liveMessage(after);
  const worseBefore = before === null ? [] : worseVerdicts(before);
  const newlyWorse = worseVerdicts(after).filter(verdict => !worseBefore.includes(verdict));
  return [
    { type: 'Normal', reason: 'Scored', message },
    ...newlyWorse.map(
      (verdict): EventSpec => ({ type: 'Warning', reason: 'LiveWorse', message: `${verdict}. ${message}` }),
    ),
  ];
}

/** The figures of the longest window, in one sentence. */
function liveMessage({ symbol, days, lastDay, windows }: LiveStatus): string {
  const figures = windows.at(-1)?.figures;
  if (figures === undefined) return `Scored ${days} forecast of ${symbol}; too few for figures.`;
  const number = (name: LiveFigure) => Number(figures[name]);
  return (
    `Last ${figures.days} forecasts of ${symbol} up to ${lastDay}: RMSE ${percent(number('rmse'))}, the mean's ` +
    `${percent(number('meanRmse'))} (ratio ${digits(number('rmseRatio'), 5)}); risk accuracy ${percent(number('accuracy'))}, ` +
    `persistence's ${percent(number('persistenceAccuracy'))}.`
  );
}

/** The targets that are significantly worse than their baseline, by the longest window with verdicts. */
function worseVerdicts({ windows }: LiveStatus): string[] {
  const { returnVerdict, riskVerdict } =
    windows.findLast(({ figures }) => figures.returnVerdict !== undefined)?.figures ?? {};
  return [
    ...(returnVerdict === 'Worse' ? ['Return forecasts are significantly worse than the mean'] : []),
    ...(riskVerdict === 'Worse' ? ['Risk classes are significantly worse than persistence'] : []),
  ];
}
