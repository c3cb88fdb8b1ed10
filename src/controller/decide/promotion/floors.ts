/**
 * What every challenger must show, whoever the champion is. The mean and persistence do not move with the champion:
 * however many small losses the margins let through one after the other, none goes below these.
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

/** Share of risk classes that are right, on the holdout. */
const accuracyFloor: Requirement<FloorEvidence> = ({ figures, requirements }) =>
  exceeds(requirements.minimumAccuracy, figures.accuracy)
    ? fail(
        reasons.accuracyBelowFloor,
        `Its risk classes are right on ${percent(figures.accuracy)} of the holdout's days; ` +
          `at least ${percent(requirements.minimumAccuracy)} are required.`,
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
      `Its risk classes are right on ${percent(accuracy)} of the days ${where}, persistence's on ` +
        `${percent(persistence)}; a lead of at least ${digits(100 * limit)} points is required.`,
    );
  }
  return pass;
};

/** In the order in which they are told. */
export const floors: readonly Requirement<FloorEvidence>[] = [returnFloor, accuracyFloor, persistenceFloor];
