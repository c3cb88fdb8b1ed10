/** The comparison with the champion as headline figures. */
import type { ChampionComparison, RiskQuestion } from '../../../api/evaluation.ts';
import type { ChampionFigures, ChampionMetrics } from '../../../api/headline.ts';
import { headlineDigits } from '../../decimals.ts';

/**
 * The figures by which the operator compares a challenger with the champion, as strings of at most 64 characters; empty
 * without a champion. `docs/promotion.md` lists them.
 */
export function championMetrics(champion: ChampionComparison | undefined): ChampionMetrics {
  return champion === undefined ? {} : figuresOf(champion);
}

function figuresOf(champion: ChampionComparison): ChampionFigures {
  const { version } = champion;
  if (!champion.comparable) {
    return { championVersion: version, championComparable: 'false', championProblem: champion.problem };
  }
  const { days, regression, classification } = champion;
  const { lower, upper } = classification.mcnemar.accuracyDifference;
  return {
    championVersion: version,
    championComparable: 'true',
    championIdentical: champion.identical ? 'true' : 'false',
    championHoldoutTo: champion.holdout.to,
    championRows: String(days.count),
    championFrom: days.from,
    championTo: days.to,
    commonRmse: headlineDigits(regression.rmse),
    championRmse: headlineDigits(regression.championRmse),
    championRmseRatio: headlineDigits(regression.rmseRatio),
    championReturnPValue: headlineDigits(regression.dieboldMariano.pValue),
    championSameQuestion: sameQuestion(classification.question, classification.championQuestion)
      ? 'true'
      : 'false',
    commonAccuracy: headlineDigits(classification.accuracy),
    championAccuracy: headlineDigits(classification.championAccuracy),
    championRiskPValue: headlineDigits(classification.mcnemar.pValue),
    championRiskLower: headlineDigits(lower),
    championRiskUpper: headlineDigits(upper),
  };
}

/** Whether both models define the risk classes alike, so that their accuracies are comparable. */
export function sameQuestion(one: RiskQuestion, other: RiskQuestion): boolean {
  return (
    one.volatilityWindow === other.volatilityWindow &&
    one.horizonDays === other.horizonDays &&
    one.lowQuantile === other.lowQuantile &&
    one.highQuantile === other.highQuantile
  );
}
