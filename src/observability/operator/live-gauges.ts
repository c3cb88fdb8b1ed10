import { type GaugeDefinition, single } from './gauge-definition.ts';
import type { Interval, LiveWindowFigures } from './model-figures.ts';

/** A live figure, for each rolling window. */
const live = (
  name: string,
  help: string,
  value: (figures: LiveWindowFigures) => number | null,
): GaugeDefinition => ({
  name: `bellwether_live_${name}`,
  help,
  labels: ['window'],
  samples: model =>
    (model.live?.windows ?? []).map(figures => [{ window: figures.window }, value(figures)] as const),
});

const bounds = ['estimate', 'lower', 'upper'] as const;

/** A live figure with its interval. */
const interval = (
  name: string,
  help: string,
  value: (figures: LiveWindowFigures) => Interval,
): GaugeDefinition => ({
  name: `bellwether_live_${name}`,
  help,
  labels: ['window', 'bound'],
  samples: model =>
    (model.live?.windows ?? []).flatMap(figures =>
      bounds.map(bound => [{ window: figures.window, bound }, value(figures)[bound]] as const),
    ),
});

/** Forecasts that were made before their outcome was known, compared with that outcome. */
export const liveGauges: readonly GaugeDefinition[] = [
  {
    name: 'bellwether_model_score_failures',
    help: 'Failures of scoring since it last succeeded, by Score Jobs and runs of the Model',
    samples: ({ scoreFailures }) => single(scoreFailures),
  },
  {
    name: 'bellwether_live_last_day_timestamp_seconds',
    help: 'The day of the last forecast whose outcome is known',
    samples: model => single(model.live?.lastDay ?? null),
  },
  live('days', 'Forecasts in the window whose outcome is known', ({ days }) => days),
  live('rmse', "RMSE of forecasts of the next day's return, a fraction", ({ rmse }) => rmse),
  live('mean_rmse', 'RMSE of the mean predictor on the same days', ({ meanRmse }) => meanRmse),
  live('rmse_ratio', "Live RMSE over the mean predictor's; below 1 is better", ({ rmseRatio }) => rmseRatio),
  live('hit_rate', 'Share of days whose direction was predicted correctly', ({ hitRate }) => hitRate),
  live(
    'mean_hit_rate',
    'Share of those days whose direction the mean predictor predicted correctly',
    ({ meanHitRate }) => meanHitRate,
  ),
  live('accuracy', 'Share of risk classes predicted correctly', ({ accuracy }) => accuracy),
  live(
    'persistence_accuracy',
    'Share of those risk classes that persistence predicted correctly',
    ({ persistenceAccuracy }) => persistenceAccuracy,
  ),
  live(
    'known_part_accuracy',
    'Share of those risk classes that the known-part rule predicted correctly',
    ({ knownPartAccuracy }) => knownPartAccuracy,
  ),
  interval(
    'loss_difference',
    "Mean squared error of returns less the mean predictor's, with its 95 % interval; above 0 is worse",
    ({ lossDifference }) => lossDifference,
  ),
  interval(
    'accuracy_difference',
    "Accuracy of risk classes less persistence's, with its 95 % interval; below 0 is worse",
    ({ accuracyDifference }) => accuracyDifference,
  ),
  {
    name: 'bellwether_live_verdict',
    help: 'Forecasts of the return compared with the mean predictor, and of the risk with persistence: 1 better, -1 worse, 0 not distinguishable; better and worse need both the interval and the test',
    labels: ['window', 'of'],
    samples: model =>
      (model.live?.windows ?? []).flatMap(({ window, returnVerdict, riskVerdict }) => [
        [{ window, of: 'return' }, returnVerdict] as const,
        [{ window, of: 'risk' }, riskVerdict] as const,
      ]),
  },
];
