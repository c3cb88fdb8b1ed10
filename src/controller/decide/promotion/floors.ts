/**
 * Requirements for every challenger, whatever the champion is. They compare with the mean and with persistence, which do
 * not change with the champion: a series of small accepted losses cannot lead below them.
 */
import type { PromotionRequirements } from '../../../api/model.ts';
import type { Figures } from './figures.ts';
import { fail, pass, type Requirement } from './finding.ts';
import { digits, exceeds, percent } from './format.ts';
import { reasons } from './reasons.ts';

export interface FloorEvidence {
  readonly figures: Figures;
  readonly requirements: PromotionRequirements;
}

/** RMSE against the mean predictor's, on the holdout and in walk-forward. */
const returnFloor: Requirement<FloorEvidence> = ({ figures, requirements }) => {
  const { maximumRmseRatio: limit } = requirements;
  const { rmse, meanRmse, rmseRatio, walkForwardRmseRatio } = figures;
  if (exceeds(rmseRatio, limit)) {
    return fail(
      reasons.returnBelowFloor,
      `Its RMSE on the holdout is ${percent(rmse)}, ${digits(rmseRatio, 5)} times the mean's ${percent(meanRmse)}; ` +
        `at most ${limit} times is accepted.`,
    );
  }
  if (exceeds(walkForwardRmseRatio, limit)) {
    return fail(
      reasons.returnBelowFloor,
      `Its RMSE in walk-forward is ${digits(walkForwardRmseRatio, 5)} times the mean's; at most ${limit} times is accepted.`,
    );
  }
  return pass;
};

/** Accuracy of the risk classes on the holdout. */
const accuracyFloor: Requirement<FloorEvidence> = ({ figures, requirements }) =>
  exceeds(requirements.minimumAccuracy, figures.accuracy)
    ? fail(
        reasons.accuracyBelowFloor,
        `Its risk accuracy on the holdout is ${percent(figures.accuracy)}; ` +
          `at least ${percent(requirements.minimumAccuracy)} is required.`,
      )
    : pass;

/** Accuracy against persistence's, on the holdout and in walk-forward. */
const persistenceFloor: Requirement<FloorEvidence> = ({ figures, requirements }) => {
  const { minimumPersistenceAdvantage: limit } = requirements;
  for (const [where, accuracy, persistence] of [
    ['on the holdout', figures.accuracy, figures.persistenceAccuracy],
    ['in walk-forward', figures.walkForwardAccuracy, figures.walkForwardPersistenceAccuracy],
  ] as const) {
    if (!exceeds(limit, accuracy - persistence)) continue;
    return fail(
      reasons.persistenceBelowFloor,
      `Its risk accuracy ${where} is ${percent(accuracy)}, persistence's is ` +
        `${percent(persistence)}; a difference of at least ${digits(100 * limit)} percentage points is required.`,
    );
  }
  return pass;
};

/** In order of precedence. */
export const floors: readonly Requirement<FloorEvidence>[] = [returnFloor, accuracyFloor, persistenceFloor];
