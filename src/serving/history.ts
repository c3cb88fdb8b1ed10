/** The series of the page's charts, from the artifacts of the stages. */
import { artifactFiles } from '../api/artifacts.ts';
import type { History } from '../api/history.ts';
import { riskLevel } from '../features/risk.ts';
import { parseBars } from '../pipeline/bars-csv.ts';
import { readDataset } from '../pipeline/dataset.ts';
import { parsePredictions } from '../pipeline/predictions.ts';
import type { LoadedModel } from './model.ts';

/**
 * Bars, features and predictions of the model in service.
 * @throws Failure naming the file when it was changed after the model was loaded.
 */
export async function readHistory({ stages, card, features }: LoadedModel): Promise<History> {
  const [barsCsv, dataset, predictionsCsv] = await Promise.all([
    stages.Fetch.read(artifactFiles.bars),
    readDataset({ input: (stage, file) => stages[stage].read(file) }),
    stages.Evaluate.read(artifactFiles.predictions),
  ]);
  const bars = parseBars(barsCsv.toString('utf8'));
  const predictions = parsePredictions(predictionsCsv.toString('utf8'));

  const volatilityOf = new Map(dataset.dates.map((date, row) => [date, dataset.volatilityNow[row]!]));
  const volatility = bars.map(bar => volatilityOf.get(bar.date) ?? null);
  const last = dataset.x.rows - 1;
  return {
    symbol: card.symbol,
    dates: bars.map(bar => bar.date),
    close: bars.map(bar => bar.close),
    volatility,
    risk: volatility.map(value => (value === null ? null : riskLevel(value, card.risk.thresholds))),
    predictions: {
      dates: predictions.map(row => row.date),
      set: predictions.map(row => row.set),
      actualReturn: predictions.map(row => row.actualReturn),
      predictedReturn: predictions.map(row => row.predictedReturn),
      meanReturn: predictions.map(row => row.meanReturn),
      actualRisk: predictions.map(row => row.actualRisk),
      predictedRisk: predictions.map(row => row.predictedRisk),
      persistenceRisk: predictions.map(row => row.persistenceRisk),
    },
    latest: {
      date: dataset.dates[last]!,
      indicators: Object.fromEntries(
        features.map((name, column) => [name, dataset.x.values[last * dataset.x.columns + column]!]),
      ),
    },
  };
}
