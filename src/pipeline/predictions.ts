/** `evaluate/predictions.csv`: every out-of-sample prediction, beside what came true and the trivial rules. */
import { artifactFiles, type PredictionSet, predictionSetSchema } from '../api/artifacts.ts';
import type { RiskLevel } from '../api/risk.ts';
import { Failure } from '../failure.ts';
import { isDay } from '../market/days.ts';

/** One prediction. Returns are simple price returns as fractions; a date may occur once in each set. */
export interface Prediction {
  /** The day the prediction is made, `YYYY-MM-DD`; it speaks of the next bar. */
  readonly date: string;
  readonly set: PredictionSet;
  readonly actualReturn: number;
  readonly predictedReturn: number;
  /** What the mean predictor says: the mean return of the rows that this model was trained on. */
  readonly meanReturn: number;
  readonly actualRisk: RiskLevel;
  readonly predictedRisk: RiskLevel;
  /** Of Low, Medium and High. */
  readonly probabilities: readonly [number, number, number];
  /** Today's class. */
  readonly persistenceRisk: RiskLevel;
  /** The class of the part of the future window that is already known. */
  readonly knownPartRisk: RiskLevel;
}

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
type Column = (typeof columns)[number];

const header = columns.join(',');

/** The predictions as CSV, numbers as shortest round-trip decimals, LF after every line. */
export function formatPredictions(predictions: readonly Prediction[]): string {
  const lines = predictions.map(p =>
    [
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
    ].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/** Reads what {@link formatPredictions} wrote. @throws Failure `InvalidArtifact` naming line and column. */
export function parsePredictions(text: string): Prediction[] {
  const lines = text.split('\n');
  if (lines[0] !== header) throw invalid(1, `the header is not "${header}"`);
  if (lines.pop() !== '') throw invalid(lines.length + 1, 'the last line is cut short');
  return lines.slice(1).map((line, index) => parseLine(line, index + 2));
}

function parseLine(line: string, lineNumber: number): Prediction {
  const cells = line.split(',');
  if (cells.length !== columns.length)
    throw invalid(lineNumber, `${cells.length} values where ${columns.length} belong`);
  const cell = (column: Column) => cells[columns.indexOf(column)]!;
  const wrong = (column: Column) =>
    invalid(lineNumber, `"${cell(column)}" is no ${column.replaceAll('_', ' ')}`);

  const number = (column: Column) => {
    const value = Number(cell(column));
    if (cell(column).trim() === '' || !Number.isFinite(value)) throw wrong(column);
    return value;
  };
  const risk = (column: Column): RiskLevel => {
    const value = number(column);
    if (value !== 0 && value !== 1 && value !== 2) throw wrong(column);
    return value;
  };

  const date = cell('date');
  if (!isDay(date)) throw wrong('date');
  const set = predictionSetSchema.options.find(name => name === cell('set'));
  if (set === undefined) throw wrong('set');

  return {
    date,
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

function invalid(line: number, problem: string): Failure {
  return new Failure('InvalidArtifact', `${artifactFiles.predictions} line ${line}: ${problem}`, {
    file: artifactFiles.predictions,
    line,
  });
}
