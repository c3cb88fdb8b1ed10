/** What a challenger must show beside the champion, both judged on days that neither was trained on. */
import type { PromotionRequirements } from '../../../api/model.ts';
import type { Comparison } from './figures.ts';
import { fail, pass, type Requirement, unknown } from './finding.ts';
import { digits, exceeds, percent } from './format.ts';
import { levelOf } from './looks.ts';
import { reasons } from './reasons.ts';

export interface ChampionEvidence {
  readonly comparison: Comparison;
  readonly requirements: PromotionRequirements;
  /** Runs judged on this holdout, this one included. */
  readonly looks: number;
  /** The last day of the challenger's holdout. */
  readonly holdoutTo: string;
}

/** Accuracies of different questions say nothing of each other. */
export const sameQuestion: Requirement<ChampionEvidence> = ({ comparison }) =>
  comparison.championSameQuestion
    ? pass
    : unknown(
        reasons.differentQuestion,
        "Its risk classes mean something else than the champion's (another window, horizon or quantiles), so that " +
          'the two cannot be compared. To serve it, name it in pinnedRun.',
      );

/** RMSE neither beyond the margin nor significantly larger. */
const returnNotWorse: Requirement<ChampionEvidence> = ({ comparison, requirements }) => {
  const { championRmseRatio: ratio, championReturnPValue: p } = comparison;
  const { maximumChampionRmseRatio: limit, significance } = requirements;
  const figures = `${returnFigures(comparison)}, ${digits(ratio, 5)} times as large`;
  if (exceeds(ratio, limit)) {
    return fail(reasons.worseReturn, `${figures}; at most ${limit} times is accepted.`);
  }
  if (ratio > 1 && p < significance) {
    return fail(
      reasons.worseReturn,
      `${figures}: within the margin of ${limit}, but significantly worse (Diebold-Mariano p = ${digits(p)}).`,
    );
  }
  return pass;
};

/** Accuracy neither lower beyond the margin nor significantly lower. */
const riskNotWorse: Requirement<ChampionEvidence> = ({ comparison, requirements }) => {
  const { commonAccuracy, championAccuracy, championRiskPValue: p } = comparison;
  const { maximumChampionAccuracyLoss: limit, significance } = requirements;
  const loss = championAccuracy - commonAccuracy;
  const figures = `${riskFigures(comparison)}, ${digits(100 * loss)} points fewer`;
  if (exceeds(loss, limit)) {
    return fail(
      reasons.worseRisk,
      `${figures}; a loss of at most ${digits(100 * limit)} points is accepted.`,
    );
  }
  if (loss > 0 && p < significance) {
    return fail(
      reasons.worseRisk,
      `${figures}: within the margin of ${digits(100 * limit)} points, but significantly worse (McNemar p = ${digits(p)}).`,
    );
  }
  return pass;
};

/** Tests for a loss keep the whole significance: looking more often must not make a loss harder to see. */
export const notWorse: readonly Requirement<ChampionEvidence>[] = [returnNotWorse, riskNotWorse];

export interface Gain {
  readonly reason: typeof reasons.betterReturn | typeof reasons.betterRisk | typeof reasons.newerData;
  readonly message: string;
}

/** Why a challenger that is not worse should replace the champion; null when there is no reason to. */
export function gainOf(evidence: ChampionEvidence): Gain | null {
  const { comparison, requirements, looks, holdoutTo } = evidence;
  const level = levelOf(requirements.significance, looks);
  const { championRmseRatio, championReturnPValue, championRiskPValue, championRiskLower } = comparison;
  const at = `, below the ${digits(level)} that run ${looks} judged on these days needs`;
  if (championRmseRatio < 1 && championReturnPValue < level) {
    return {
      reason: reasons.betterReturn,
      message: `${returnFigures(comparison)}: significantly better (Diebold-Mariano p = ${digits(championReturnPValue)}${at}).`,
    };
  }
  // The test takes days to be independent; the interval's block bootstrap allows for their dependence.
  const surplus = comparison.commonAccuracy - comparison.championAccuracy;
  if (surplus > 0 && championRiskPValue < level && championRiskLower > 0) {
    return {
      reason: reasons.betterRisk,
      message: `${riskFigures(comparison)}: significantly better (McNemar p = ${digits(championRiskPValue)}${at}).`,
    };
  }
  if (holdoutTo > comparison.championHoldoutTo) {
    return {
      reason: reasons.newerData,
      message:
        `Its data reach to ${holdoutTo}, the champion's to ${comparison.championHoldoutTo}, and it is not worse: ` +
        `${bothFigures(comparison)}.`,
    };
  }
  return null;
}

/** Why a challenger on the same data stays one. */
export function noGain({ comparison, requirements, looks }: ChampionEvidence): string {
  const { championReturnPValue, championRiskPValue } = comparison;
  const { significance } = requirements;
  const level = digits(levelOf(significance, looks));
  const share = `of the ${significance} for all runs judged on these days, the share of number ${looks}`;
  return (
    `It is neither worse than the champion nor significantly better, on data no newer: ${bothFigures(comparison)}. ` +
    `A gain needs p below ${level} (${share}); Diebold-Mariano p = ${digits(championReturnPValue)}, ` +
    `McNemar p = ${digits(championRiskPValue)}.`
  );
}

function returnFigures(comparison: Comparison): string {
  const { commonRmse, championRmse } = comparison;
  return `On ${daysOf(comparison)} its RMSE is ${percent(commonRmse)}, the champion's ${percent(championRmse)}`;
}

function riskFigures(comparison: Comparison): string {
  const { commonAccuracy, championAccuracy } = comparison;
  return (
    `On ${daysOf(comparison)} ${percent(commonAccuracy)} of its risk classes are right, ` +
    `the champion's ${percent(championAccuracy)}`
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
