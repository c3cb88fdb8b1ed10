/** The table at the end of a local run: the models compared with the trivial predictors. */
import type { ClassificationScore, Evaluation, RegressionScore } from '../api/evaluation.ts';

const percent = (value: number, digits: number) => `${(value * 100).toFixed(digits)} %`;

/** Lines of text; daily returns in percent. */
export function resultsTable(evaluation: Evaluation): string {
  const { symbol, bars, regression, classification } = evaluation;
  const windows = [
    `walk-forward ${evaluation.walkForward.from} to ${evaluation.walkForward.to}`,
    `holdout ${evaluation.holdout.from} to ${evaluation.holdout.to}`,
  ];
  return [
    '',
    `${symbol}, ${bars.count} bars from ${bars.from} to ${bars.to}; ${windows.join(', ')}`,
    '',
    row("next day's return, RMSE", 'walk-forward', 'holdout'),
    ...regressionRows(regression.walkForward, regression.holdout),
    '',
    row('risk class, accuracy', 'walk-forward', 'holdout'),
    ...classificationRows(classification.walkForward, classification.holdout),
    '',
    regression.verdict.text,
    classification.verdict.text,
    '',
  ].join('\n');
}

function regressionRows(walkForward: RegressionScore, holdout: RegressionScore): string[] {
  const rmse = (name: 'model' | 'mean' | 'zero') =>
    [walkForward, holdout].map(score => percent(score[name].rmse, 4));
  const ratios = [walkForward, holdout].map(score => score.rmseRatio.toFixed(4));
  return [
    row('  XGBoost', ...rmse('model')),
    row('  training mean', ...rmse('mean')),
    row('  zero', ...rmse('zero')),
    row('  XGBoost over the mean', ...ratios),
  ];
}

function classificationRows(walkForward: ClassificationScore, holdout: ClassificationScore): string[] {
  const scores = [walkForward, holdout];
  return [
    row('  random forest', ...scores.map(score => percent(score.model.accuracy, 1))),
    row('  known-part rule', ...scores.map(score => percent(score.baselines.knownPart.accuracy, 1))),
    row('  persistence', ...scores.map(score => percent(score.baselines.persistence.accuracy, 1))),
    row('  majority', ...scores.map(score => percent(score.baselines.majority.accuracy, 1))),
  ];
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(26) + cells.map(cell => cell.padStart(14)).join('');
}
