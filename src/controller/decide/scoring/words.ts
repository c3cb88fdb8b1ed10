/** How forecasts came true, in one sentence. */
import type { LiveStatus } from '../../../api/live.ts';
import { digits, percent } from '../promotion/words.ts';

/** Of the longest window. */
export function liveMessage({ symbol, days, lastDay, windows }: LiveStatus): string {
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
export function worse({ windows }: LiveStatus): string[] {
  const { returnVerdict, riskVerdict } =
    windows.findLast(({ figures }) => figures.returnVerdict !== undefined)?.figures ?? {};
  return [
    ...(returnVerdict === 'Worse' ? ['The returns are significantly worse than the mean'] : []),
    ...(riskVerdict === 'Worse' ? ['The risk classes are significantly worse than persistence'] : []),
  ];
}
