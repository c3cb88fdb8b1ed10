/** Scores of the risk forecasts, compared with the majority class, persistence and the known part. */
import type { ClassificationScore, ClassifierScore } from '../../api/evaluation.ts';
import { bootstrapMean } from '../../models/statistics/block-bootstrap.ts';
import { brierScore } from '../../models/statistics/brier.ts';
import { calibration } from '../../models/statistics/calibration.ts';
import { confusionMatrix, confusionScores } from '../../models/statistics/confusion.ts';
import { mcnemar } from '../../models/statistics/mcnemar.ts';
import type { Forecasts } from './forecasts.ts';

type Risks = Pick<
  Forecasts,
  'actualRisk' | 'predictedRisk' | 'probabilities' | 'majorityRisk' | 'persistenceRisk' | 'knownPartRisk'
>;

export function scoreClassification(forecasts: Risks, seed: number): ClassificationScore {
  const { actualRisk: actual, predictedRisk: predicted, probabilities } = forecasts;
  const right = hits(actual, predicted);
  const score = (risks: Uint8Array) => scoreClassifier(actual, risks, seed);
  const compare = (risks: Uint8Array) => compareRisks(actual, predicted, risks, seed);
  const confidence = Float64Array.from(predicted, (level, row) => probabilities[3 * row + level]!);
  const { expectedCalibrationError, bins } = calibration(confidence, right);
  const count = (level: number) => actual.reduce((sum, truth) => sum + Number(truth === level), 0);
  return {
    rows: actual.length,
    actual: [count(0), count(1), count(2)],
    model: score(predicted),
    baselines: {
      majority: score(forecasts.majorityRisk),
      persistence: score(forecasts.persistenceRisk),
      knownPart: score(forecasts.knownPartRisk),
    },
    mcnemar: {
      majority: compare(forecasts.majorityRisk),
      persistence: compare(forecasts.persistenceRisk),
      knownPart: compare(forecasts.knownPartRisk),
    },
    brier: brierScore(actual, probabilities),
    expectedCalibrationError,
    calibration: bins,
  };
}

/** Compares the accuracy of two classifiers on the same days: McNemar's test and the block bootstrap. */
export function compareRisks(
  actual: Uint8Array,
  predicted: Uint8Array,
  other: Uint8Array,
  seed: number,
): ClassificationScore['mcnemar']['persistence'] {
  const otherRight = hits(actual, other);
  return {
    ...mcnemar(actual, predicted, other),
    accuracyDifference: bootstrapMean(
      hits(actual, predicted).map((hit, row) => hit - otherRight[row]!),
      seed,
    ),
  };
}

function scoreClassifier(actual: Uint8Array, predicted: Uint8Array, seed: number): ClassifierScore {
  const confusion = confusionMatrix(actual, predicted);
  return {
    ...confusionScores(confusion),
    accuracyInterval: bootstrapMean(hits(actual, predicted), seed),
    confusion,
  };
}

/** 1 where the class was right, else 0. */
function hits(actual: Uint8Array, predicted: Uint8Array): Float64Array {
  return Float64Array.from(actual, (level, row) => Number(level === predicted[row]));
}
