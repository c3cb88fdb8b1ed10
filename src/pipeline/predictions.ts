/** `evaluate/predictions.csv`: every out-of-sample prediction, with the actual values and the trivial predictors. */
import { artifactFiles } from '../api/artifacts.ts';
import { type Prediction, predictionSetSchema } from '../api/predictions.ts';
import { type Cells, formatCsv, readCsv } from './artifact-csv.ts';

const columns = [
  'date',
  'set',
  'actual_return',
  'predicted_return',
  'mean_return',
  'actual_risk',
  'predicted_risk',
  'probability_low',
  'probability_medium',
  'probability_high',
  'persistence_risk',
  'known_part_risk',
] as const;

export function formatPredictions(predictions: readonly Prediction[]): string {
  const rows = predictions.map(p => [
    p.date,
    p.set,
    p.actualReturn,
    p.predictedReturn,
    p.meanReturn,
    p.actualRisk,
    p.predictedRisk,
    ...p.probabilities,
    p.persistenceRisk,
    p.knownPartRisk,
  ]);
  return formatCsv(columns, rows);
}

/** Reads what {@link formatPredictions} wrote. @throws Failure `InvalidArtifact` naming line and column. */
export function parsePredictions(text: string): Prediction[] {
  return readCsv(artifactFiles.predictions, columns, text).map(readPrediction);
}

function readPrediction(cells: Cells<(typeof columns)[number]>): Prediction {
  const { number, risk } = cells;
  const set = predictionSetSchema.options.find(name => name === cells.text('set'));
  if (set === undefined) throw cells.wrong('set');
  return {
    date: cells.day('date'),
    set,
    actualReturn: number('actual_return'),
    predictedReturn: number('predicted_return'),
    meanReturn: number('mean_return'),
    actualRisk: risk('actual_risk'),
    predictedRisk: risk('predicted_risk'),
    probabilities: [number('probability_low'), number('probability_medium'), number('probability_high')],
    persistenceRisk: risk('persistence_risk'),
    knownPartRisk: risk('known_part_risk'),
  };
}
