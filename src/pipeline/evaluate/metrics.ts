import type { Evaluation } from '../../api/evaluation.ts';
import type { ChampionMetrics, StageFigures } from '../../api/headline.ts';
import { headlineDigits } from '../decimals.ts';
import { championMetrics } from './champion/champion-metrics.ts';

/**
 * The headline figures for the operator's status, as decimals of limited length. Figures without a prefix are those of the
 * model that will serve, on the holdout. `rmse` and `meanRmse` are fractions per day.
 */
export function headlineMetrics(evaluation: Evaluation): StageFigures<'Evaluate'> & ChampionMetrics {
  const { regression, classification, holdout } = evaluation;
  const [returns, pastReturns] = [regression.holdout, regression.walkForward];
  const [risk, pastRisk] = [classification.holdout, classification.walkForward];
  return {
    rmse: headlineDigits(returns.model.rmse),
    meanRmse: headlineDigits(returns.mean.rmse),
    rmseRatio: headlineDigits(returns.rmseRatio),
    dieboldMarianoPValue: short(returns.dieboldMariano.pValue),
    walkForwardRmseRatio: headlineDigits(pastReturns.rmseRatio),
    walkForwardDieboldMarianoPValue: short(pastReturns.dieboldMariano.pValue),
    accuracy: headlineDigits(risk.model.accuracy),
    persistenceAccuracy: headlineDigits(risk.baselines.persistence.accuracy),
    knownPartAccuracy: headlineDigits(risk.baselines.knownPart.accuracy),
    persistencePValue: short(risk.mcnemar.persistence.pValue),
    walkForwardAccuracy: headlineDigits(pastRisk.model.accuracy),
    walkForwardPersistenceAccuracy: headlineDigits(pastRisk.baselines.persistence.accuracy),
    walkForwardKnownPartAccuracy: headlineDigits(pastRisk.baselines.knownPart.accuracy),
    walkForwardPersistencePValue: short(pastRisk.mcnemar.persistence.pValue),
    returnVerdict: regression.verdict.outcome,
    riskVerdict: classification.verdict.outcome,
    symbol: evaluation.symbol,
    barsTo: evaluation.bars.to,
    holdoutFrom: holdout.from,
    holdoutTo: holdout.to,
    holdoutRows: String(returns.rows),
    ...championMetrics(evaluation.champion),
  };
}

const short = (value: number) => String(Number(value.toPrecision(2)));
