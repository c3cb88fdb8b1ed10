/** Scores of the last forecasts over rolling windows, compared with the trivial predictors. */
import type { LiveFigures, LiveTestFigures } from '../../api/headline.ts';
import { type LiveScore, liveWindows } from '../../api/live.ts';
import { headlineDigits } from '../decimals.ts';
import { compareRisks } from '../evaluate/classification-score.ts';
import { scoreRegression } from '../evaluate/regression-score.ts';
import { outcomeOf } from '../evaluate/verdict.ts';
import type { ScoredDay } from './track-record.ts';

/**
 * With fewer days there are no intervals and verdicts: of 20 days, 95 % intervals miss the truth in up to 32
 * of 100 cases, of 60 in up to 9 (`bench/live-intervals.ts`).
 */
export const fewestForTests = 60;

/** Of the bootstrap: the same track record always has the same intervals. */
const seed = 1;

/**
 * The figures of each window, shortest first. A window is omitted when it has fewer than two days, or no more days than
 * the one before it.
 */
export function rollingWindows(days: readonly ScoredDay[]): LiveScore['windows'] {
  if (days.length < 2) return [];
  return liveWindows
    .filter((_, i) => days.length > (liveWindows[i - 1] ?? 0))
    .map(window => ({ window, figures: figuresOf(days.slice(-window)) }));
}

/** Decimals as strings. `lossDifference` is the mean squared error minus that of the mean predictor. */
function figuresOf(days: readonly ScoredDay[]): LiveFigures {
  const numbers = (column: (day: ScoredDay) => number) => Float64Array.from(days, column);
  const risks = (column: (day: ScoredDay) => number) => Uint8Array.from(days, column);
  const returns = scoreRegression(
    {
      actualReturn: numbers(day => day.actualReturn),
      predictedReturn: numbers(day => day.predictedReturn),
      meanReturn: numbers(day => day.meanReturn),
    },
    seed,
  );
  const [actual, predicted] = [risks(day => day.actualRisk), risks(day => day.predictedRisk)];
  const persistence = compareRisks(
    actual,
    predicted,
    risks(day => day.persistenceRisk),
    seed,
  );
  const share = (level: (day: ScoredDay) => number) =>
    headlineDigits(days.filter(day => level(day) === day.actualRisk).length / days.length);
  const loss = returns.squaredErrorDifference;
  const gain = persistence.accuracyDifference;
  // When both are right and wrong on exactly the same days, resampling has no spread, which does not mean certainty.
  const differ = persistence.onlyModelRight + persistence.onlyOtherRight > 0;
  return {
    days: String(days.length),
    rmse: headlineDigits(returns.model.rmse),
    meanRmse: headlineDigits(returns.mean.rmse),
    rmseRatio: headlineDigits(returns.rmseRatio),
    lossDifference: headlineDigits(loss.estimate),
    hitRate: headlineDigits(returns.hitRate.model),
    meanHitRate: headlineDigits(returns.hitRate.mean),
    accuracy: share(day => day.predictedRisk),
    persistenceAccuracy: share(day => day.persistenceRisk),
    knownPartAccuracy: share(day => day.knownPartRisk),
    accuracyDifference: headlineDigits(gain.estimate),
    ...(days.length >= fewestForTests &&
      ({
        lossLower: headlineDigits(loss.lower),
        lossUpper: headlineDigits(loss.upper),
        returnVerdict: outcomeOf(loss, returns.dieboldMariano.pValue, 'Lower'),
        ...(differ &&
          ({
            accuracyLower: headlineDigits(gain.lower),
            accuracyUpper: headlineDigits(gain.upper),
          } satisfies LiveTestFigures)),
        riskVerdict: outcomeOf(gain, persistence.pValue, 'Higher'),
      } satisfies LiveTestFigures)),
  };
}
