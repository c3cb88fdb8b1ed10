import { type GaugeDefinition, single } from './gauge-definition.ts';
import { damages, type QualityFigures } from './model-figures.ts';

/** A figure of the champion, for each set of days. */
const quality = (
  name: string,
  help: string,
  value: (figures: QualityFigures) => number | null,
): GaugeDefinition => ({
  name: `bellwether_champion_${name}`,
  help,
  labels: ['set'],
  samples: ({ champion }) =>
    (champion?.quality ?? []).map(figures => [{ set: figures.set }, value(figures)] as const),
});

/** The champion of every Model and the figures that it was promoted on. */
export const championGauges: readonly GaugeDefinition[] = [
  {
    name: 'bellwether_champion_info',
    help: 'The version that serves or is being rolled out; always 1',
    labels: ['version', 'symbol'],
    samples: ({ champion }) =>
      champion === null ? [] : [[{ version: champion.version, symbol: champion.symbol }, 1]],
  },
  {
    name: 'bellwether_champion_promoted_timestamp_seconds',
    help: 'When the champion was promoted',
    samples: ({ champion }) => single(champion?.promotedAt ?? null),
  },
  {
    name: 'bellwether_champion_bars_to_timestamp_seconds',
    help: "The day of the last bar in the champion's data",
    samples: ({ champion }) => single(champion?.barsTo ?? null),
  },
  {
    name: 'bellwether_champion_damaged',
    help: '1 if the last run that was compared with the champion found its artifacts Altered or Missing, else 0',
    labels: ['problem'],
    samples: ({ champion }) =>
      champion === null
        ? []
        : damages.map(problem => [{ problem }, champion.damage === problem ? 1 : 0] as const),
  },
  quality(
    'rmse',
    "RMSE of the champion's forecasts of the next day's return, a fraction",
    ({ rmse }) => rmse,
  ),
  quality(
    'mean_rmse',
    'RMSE of the mean predictor (the mean return of the training window) on the same days',
    ({ meanRmse }) => meanRmse,
  ),
  quality(
    'rmse_ratio',
    "The champion's RMSE over the mean predictor's; below 1 is better",
    ({ rmseRatio }) => rmseRatio,
  ),
  quality(
    'accuracy',
    'Share of risk classes that the champion predicted correctly',
    ({ accuracy }) => accuracy,
  ),
  quality(
    'persistence_accuracy',
    "Share of risk classes that persistence, which predicts today's class, predicted correctly",
    ({ persistenceAccuracy }) => persistenceAccuracy,
  ),
  quality(
    'known_part_accuracy',
    'Share of risk classes that the known-part rule, which predicts the class of the days of the window that are already known, predicted correctly',
    ({ knownPartAccuracy }) => knownPartAccuracy,
  ),
];
