import type { Evaluation } from '../../api/evaluation.ts';
import type { StageMetrics } from '../stage.ts';

/**
 * The headline figures for the operator's status, as decimals of limited length. Without a prefix they are
 * the holdout's, of the very model that will serve. `rmse` and `meanRmse` are fractions a day.
 */
export function headlineMetrics({ regression, classification }: Evaluation): StageMetrics {
  const [returns, pastReturns] = [regression.holdout, regression.walkForward];
  const [risk, pastRisk] = [classification.holdout, classification.walkForward];
  return {
    rmse: digits(returns.model.rmse),
    meanRmse: digits(returns.mean.rmse),
    rmseRatio: digits(returns.rmseRatio),
    dieboldMarianoPValue: short(returns.dieboldMariano.pValue),
    walkForwardRmseRatio: digits(pastReturns.rmseRatio),
    walkForwardDieboldMarianoPValue: short(pastReturns.dieboldMariano.pValue),
    accuracy: digits(risk.model.accuracy),
    persistenceAccuracy: digits(risk.baselines.persistence.accuracy),
    knownPartAccuracy: digits(risk.baselines.knownPart.accuracy),
    persistencePValue: short(risk.mcnemar.persistence.pValue),
    walkForwardAccuracy: digits(pastRisk.model.accuracy),
    walkForwardPersistenceAccuracy: digits(pastRisk.baselines.persistence.accuracy),
    walkForwardKnownPartAccuracy: digits(pastRisk.baselines.knownPart.accuracy),
    walkForwardPersistencePValue: short(pastRisk.mcnemar.persistence.pValue),
    returnVerdict: regression.verdict.outcome,
    riskVerdict: classification.verdict.outcome,
  };
}

/** Five significant digits: enough to tell an RMSE from the mean's. */
const digits = (value: number) => String(Number(value.toPrecision(5)));
const short = (value: number) => String(Number(value.toPrecision(2)));
