/**
 * The forecasts of a version for days whose actual values are known. They are recomputed instead of logged: the same bars,
 * features and trees give the same bits as in the server.
 */

import type { RiskLevel } from '../../api/risk.ts';
import { computeFeatures } from '../../features/compute.ts';
import { riskLevels } from '../../features/risk.ts';
import { computeTargets } from '../../features/targets.ts';
import type { Bar } from '../../market/bar.ts';
import { predictReturns } from '../../models/booster/predict.ts';
import { predictRisk } from '../../models/forest/predict.ts';
import { sliceRows } from '../../models/matrix.ts';
import type { PublishedModels } from '../published-models.ts';
import type { ScoredDay } from './track-record.ts';

export interface ServedModels extends Pick<PublishedModels, 'card' | 'booster' | 'forest'> {
  readonly version: string;
  /** Day of the last bar of its run: forecasts from this day on were made without knowledge of the result. */
  readonly knownTo: string;
}

/**
 * The days whose return and risk class are both known now, and were not when the version was trained, oldest first.
 * @param bars oldest first, from early enough for the features.
 * @param owed the days of this version.
 */
export function scoreDays(
  served: ServedModels,
  bars: readonly Bar[],
  owed: ReadonlySet<string>,
): ScoredDay[] {
  const { card, booster, forest, version, knownTo } = served;
  const { firstBar, x } = computeFeatures(bars, card.windows);
  const isOwed = ({ date }: { readonly date: string }) => date >= knownTo && owed.has(date);
  const wanted = bars.findIndex(isOwed);
  const from = Math.max(firstBar, wanted < 0 ? bars.length : wanted);
  const to = bars.length - card.risk.horizonDays;
  if (from >= to) return [];
  const rows = sliceRows(x, from - firstBar, to - firstBar);
  const targets = computeTargets(
    Float64Array.from(bars, bar => bar.close),
    card.windows,
  );
  const risks = (volatilities: Float64Array) =>
    riskLevels(volatilities.subarray(from, to), card.risk.thresholds);
  const returns = predictReturns(booster, rows);
  const { levels } = predictRisk(forest, rows);
  const [actual, persistence, knownPart] = [
    risks(targets.volatilityAhead),
    risks(targets.volatilityNow),
    risks(targets.volatilityKnown),
  ];
  // Every risk comes from `riskLevel` or from the forest's vote over three classes.
  const risk = (of: Uint8Array, row: number) => of[row] as RiskLevel;
  const days = bars.slice(from, to).map(({ date }, row) => ({
    date,
    version,
    actualReturn: targets.returnNext[from + row]!,
    predictedReturn: returns[row]!,
    // In the single precision of the model's forecasts, as in Evaluate.
    meanReturn: Math.fround(card.regressor.trainingMean),
    actualRisk: risk(actual, row),
    predictedRisk: risk(levels, row),
    persistenceRisk: risk(persistence, row),
    knownPartRisk: risk(knownPart, row),
  }));
  return days.filter(isOwed);
}

/** The first of its days whose actual values are not yet known; undefined when there is none. */
export function firstPending(
  { card, knownTo }: ServedModels,
  bars: readonly Bar[],
  owed: ReadonlySet<string>,
): string | undefined {
  const pending = bars.slice(-card.risk.horizonDays);
  return pending.find(({ date }) => date >= knownTo && owed.has(date))?.date;
}
