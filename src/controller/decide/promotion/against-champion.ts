/** Requirements against the champion, both evaluated on days that neither was trained on. */
import type { PromotionRequirements } from '../../../api/model.ts';
import type { Comparison } from './figures.ts';
import { fail, pass, type Requirement, unknown } from './finding.ts';
import { digits, exceeds, percent } from './format.ts';
import { levelOf } from './looks.ts';
import { reasons } from './reasons.ts';

export interface ChampionEvidence {
  readonly comparison: Comparison;
  readonly requirements: PromotionRequirements;
  /** Number of runs judged on this holdout, including this one. */
  readonly looks: number;
  /** The last day of the challenger's holdout. */
  readonly holdoutTo: string;
}

/** Accuracies can be compared only if both models' risk classes are defined alike. */
export const sameQuestion: Requirement<ChampionEvidence> = ({ comparison }) =>
  comparison.championSameQuestion
    ? pass
    : unknown(
        reasons.differentQuestion,
        "Its risk classes are defined differently from the champion's (window, horizon or quantiles), so the two " +
          'cannot be compared. To serve this run, set pinnedRun.',
      );

/** The RMSE ratio is within the limit, and the RMSE is not significantly larger. */
const returnNotWorse: Requirement<ChampionEvidence> = ({ comparison, requirements }) => {
  const { championRmseRatio: ratio, championReturnPValue: p } = comparison;
  const { maximumChampionRmseRatio: limit, significance } = requirements;
  const figures = `${returnFigures(comparison)}: the ratio of ${digits(ratio, 5)}`;
  if (exceeds(ratio, limit)) {
    return fail(reasons.worseReturn, `${figures} exceeds the limit of ${limit}.`);
  }
  if (ratio > 1 && p < significance) {
    return fail(
      reasons.worseReturn,
      `${figures} is within the limit of ${limit}, but significantly worse (Diebold-Mariano p = ${digits(p)}).`,
    );
  }
  return pass;
};

/** The loss of accuracy is within the limit, and not significant. */
const riskNotWorse: Requirement<ChampionEvidence> = ({ comparison, requirements }) => {
  const { commonAccuracy, championAccuracy, championRiskPValue: p } = comparison;
  const { maximumChampionAccuracyLoss: limit, significance } = requirements;
  const loss = championAccuracy - commonAccuracy;
  const figures = `${riskFigures(comparison)}: the loss of ${digits(100 * loss)} percentage points`;
  if (exceeds(loss, limit)) {
    return fail(reasons.worseRisk, `${figures} exceeds the limit of ${digits(100 * limit)}.`);
  }
  if (loss > 0 && p < significance) {
    return fail(
      reasons.worseRisk,
      `${figures} is within the limit of ${digits(100 * limit)}, but significant (McNemar p = ${digits(p)}).`,
    );
  }
  return pass;
};

/** Tests for a loss use the whole significance: repeated looks must not make a loss harder to detect. */
export const notWorse: readonly Requirement<ChampionEvidence>[] = [returnNotWorse, riskNotWorse];

export interface Gain {
  readonly reason: typeof reasons.betterReturn | typeof reasons.betterRisk | typeof reasons.newerData;
  readonly message: string;
}

/** Why a challenger that is not worse replaces the champion; null when it does not. */
export function gainOf(evidence: ChampionEvidence): Gain | null {
  const { comparison, requirements, looks, holdoutTo } = evidence;
  const level = levelOf(requirements.significance, looks);
  const { championRmseRatio, championReturnPValue, championRiskPValue, championRiskLower } = comparison;
  const threshold = `, below ${digits(level)}, the threshold for run ${looks} judged on these days`;
  if (championRmseRatio < 1 && championReturnPValue < level) {
    return {
      reason: reasons.betterReturn,
      message: `${returnFigures(comparison)}: significantly better (Diebold-Mariano p = ${digits(championReturnPValue)}${threshold}).`,
    };
  }
  // McNemar's test assumes independent days; the interval's block bootstrap allows for dependent ones.
  const gain = comparison.commonAccuracy - comparison.championAccuracy;
  if (gain > 0 && championRiskPValue < level && championRiskLower > 0) {
    return {
      reason: reasons.betterRisk,
      message: `${riskFigures(comparison)}: significantly better (McNemar p = ${digits(championRiskPValue)}${threshold}).`,
    };
  }
  if (holdoutTo > comparison.championHoldoutTo) {
    return {
      reason: reasons.newerData,
      message:
        `Its data end on ${holdoutTo}, the champion's on ${comparison.championHoldoutTo}, and it is not worse: ` +
        `${bothFigures(comparison)}.`,
    };
  }
  return null;
}

/** The message for a challenger without a gain. */
export function noGain({ comparison, requirements, looks }: ChampionEvidence): string {
  const { championReturnPValue, championRiskPValue } = comparison;
  const { significance } = requirements;
  const level = digits(levelOf(significance, looks));
  const share = `run ${looks}'s share of the significance ${significance} for all runs judged on these days`;
  return (
    `It is neither worse nor significantly better than the champion, and its data are not newer: ` +
    `${bothFigures(comparison)}. A gain requires p < ${level} (${share}); ` +
    `Diebold-Mariano p = ${digits(championReturnPValue)}, McNemar p = ${digits(championRiskPValue)}.`
  );
}

function returnFigures(comparison: Comparison): string {
  const { commonRmse, championRmse } = comparison;
  return `On ${daysOf(comparison)} its RMSE is ${percent(commonRmse)}, the champion's is ${percent(championRmse)}`;
}

function riskFigures(comparison: Comparison): string {
  const { commonAccuracy, championAccuracy } = comparison;
  return (
    `On ${daysOf(comparison)} its risk accuracy is ${percent(commonAccuracy)}, ` +
    `the champion's is ${percent(championAccuracy)}`
  );
}

function bothFigures(comparison: Comparison): string {
  const { commonRmse, championRmse, commonAccuracy, championAccuracy } = comparison;
  return (
    `on ${daysOf(comparison)} RMSE ${percent(commonRmse)} against ${percent(championRmse)}, ` +
    `accuracy ${percent(commonAccuracy)} against ${percent(championAccuracy)}`
  );
}

function daysOf({ championRows, championFrom, championTo }: Comparison): string {
  return `the ${championRows} days from ${championFrom} to ${championTo}`;
}
