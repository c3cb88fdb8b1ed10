/** The series behind the report's charts, embedded in it as JSON. */
import type { Prediction, PredictionSet } from '../api/predictions.ts';
import { riskLevel } from '../features/risk.ts';
import type { ReportData, ReturnSeries } from '../web/report-data.ts';
import type { ReportInput } from './input.ts';

export function reportData({ evaluation, bars, dataset, predictions }: ReportInput): ReportData {
  const { thresholds } = evaluation.classification;
  const known = new Map(dataset.dates.map((date, row) => [date, dataset.volatilityNow[row]!]));
  const volatility = bars.map(bar => {
    const value = known.get(bar.date) ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  });
  return {
    dates: bars.map(bar => bar.date),
    close: bars.map(bar => bar.close),
    volatility: volatility.map(value => value && short(value)),
    risk: volatility.map(value => (value === null ? null : riskLevel(value, thresholds))),
    thresholds,
    returns: {
      walk_forward: returnSeries(predictions, 'walk_forward'),
      holdout: returnSeries(predictions, 'holdout'),
    },
  };
}

function returnSeries(predictions: readonly Prediction[], set: PredictionSet): ReturnSeries {
  const rows = predictions.filter(prediction => prediction.set === set);
  return {
    dates: rows.map(row => row.date),
    actual: rows.map(row => short(row.actualReturn)),
    predicted: rows.map(row => short(row.predictedReturn)),
    mean: rows.map(row => short(row.meanReturn)),
  };
}

/** Rounded to what a chart can show, to save bytes. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

/** JSON that is safe inside a script element, whatever text it contains. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
