/** The state of every Model as gauges: derived from what is in the cluster, so that it survives the operator. */
import type { Registry } from 'prom-client';
import { type Sample, StateGauge, takeTurns } from './state-gauge.ts';

/** Figures of a champion on one set of days that it was not trained on. What is not known is null. */
export interface QualityFigures {
  readonly set: 'holdout' | 'walk_forward';
  readonly rmse: number | null;
  readonly meanRmse: number | null;
  readonly rmseRatio: number | null;
  readonly accuracy: number | null;
  readonly persistenceAccuracy: number | null;
  readonly knownPartAccuracy: number | null;
}

export interface ChampionFigures {
  readonly version: string;
  readonly symbol: string;
  /** Times are seconds since the epoch. */
  readonly promotedAt: number;
  /** The day of the last bar that it knew. */
  readonly barsTo: number | null;
  readonly quality: readonly QualityFigures[];
}

/** An estimate and the ends of its 95 % interval, which fewer than sixty days do not have. */
export interface Interval {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface LiveWindowFigures {
  /** Days asked for. */
  readonly window: number;
  readonly days: number | null;
  readonly rmse: number | null;
  readonly meanRmse: number | null;
  readonly rmseRatio: number | null;
  readonly hitRate: number | null;
  readonly meanHitRate: number | null;
  readonly accuracy: number | null;
  readonly persistenceAccuracy: number | null;
  readonly knownPartAccuracy: number | null;
  readonly lossDifference: Interval;
  readonly accuracyDifference: Interval;
  /** 1 better than the mean, -1 worse, 0 not distinguishable; null on too few days to tell. */
  readonly returnVerdict: number | null;
  /** The same against persistence. */
  readonly riskVerdict: number | null;
}

export interface LiveFigures {
  readonly lastDay: number;
  readonly windows: readonly LiveWindowFigures[];
}

export interface ModelFigures {
  /** The labels of every series about it. */
  readonly owner: { readonly namespace: string; readonly model: string };
  readonly ready: boolean;
  /** Why the servers do not become what they should be, in one CamelCase word; null while nothing is in the way. */
  readonly stalled: string | null;
  readonly desiredReplicas: number | null;
  readonly readyReplicas: number;
  /** Runs in each phase. */
  readonly runs: Readonly<Record<string, number>>;
  /** Null before any run has finished. Runs that were deleted since count too. */
  readonly lastRunFailed: boolean | null;
  readonly lastSuccessfulRun: number | null;
  /** Null without a schedule, or while it is suspended. */
  readonly nextRun: number | null;
  /** Null while no run is at work or waits. */
  readonly lastProgress: number | null;
  readonly champion: ChampionFigures | null;
  readonly live: LiveFigures | null;
  /** Times that scoring has failed, by Jobs and runs, since it last succeeded; null where nobody has looked yet. */
  readonly scoreFailures: number | null;
}

type Labels = Readonly<Record<string, string | number>>;
/** Values with the labels that they have besides `namespace` and `model`; null is left out. */
type Samples = readonly (readonly [labels: Labels, value: number | null])[];

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: (model: ModelFigures) => Samples;
}

const one = (value: number | boolean | null): Samples => [[{}, value === null ? null : Number(value)]];

/** A figure of the champion, for each set of days. */
const quality = (
  name: string,
  help: string,
  value: (figures: QualityFigures) => number | null,
): Definition => ({
  name: `bellwether_champion_${name}`,
  help,
  labels: ['set'],
  samples: ({ champion }) =>
    (champion?.quality ?? []).map(figures => [{ set: figures.set }, value(figures)] as const),
});

/** A live figure, for each rolling window. */
const live = (
  name: string,
  help: string,
  value: (figures: LiveWindowFigures) => number | null,
): Definition => ({
  name: `bellwether_live_${name}`,
  help,
  labels: ['window'],
  samples: model =>
    (model.live?.windows ?? []).map(figures => [{ window: figures.window }, value(figures)] as const),
});

const bounds = ['estimate', 'lower', 'upper'] as const;

/** The same with its interval. */
const interval = (
  name: string,
  help: string,
  value: (figures: LiveWindowFigures) => Interval,
): Definition => ({
  name: `bellwether_live_${name}`,
  help,
  labels: ['window', 'bound'],
  samples: model =>
    (model.live?.windows ?? []).flatMap(figures =>
      bounds.map(bound => [{ window: figures.window, bound }, value(figures)[bound]] as const),
    ),
});

const definitions: readonly Definition[] = [
  {
    name: 'bellwether_runs',
    help: 'Runs of a Model by phase; Pending ones wait for their turn',
    labels: ['phase'],
    samples: ({ runs }) => Object.entries(runs).map(([phase, count]) => [{ phase }, count] as const),
  },
  {
    name: 'bellwether_model_ready',
    help: 'Whether a version of the Model is served: its condition Ready',
    samples: ({ ready }) => one(ready),
  },
  {
    name: 'bellwether_model_stalled',
    help: 'Why the servers of a Model do not become what they should be: RolloutFailed, InvalidSpec, NameTaken and others; only while that is so, and then 1',
    labels: ['reason'],
    samples: ({ stalled }) => (stalled === null ? [] : [[{ reason: stalled }, 1]]),
  },
  {
    name: 'bellwether_model_desired_replicas',
    help: 'Servers that there should be',
    samples: ({ desiredReplicas }) => one(desiredReplicas),
  },
  {
    name: 'bellwether_model_ready_replicas',
    help: 'Servers that are ready',
    samples: ({ readyReplicas }) => one(readyReplicas),
  },
  {
    name: 'bellwether_model_last_run_failed',
    help: 'Whether the run of the Model that finished last has failed',
    samples: ({ lastRunFailed }) => one(lastRunFailed),
  },
  {
    name: 'bellwether_model_last_successful_run_timestamp_seconds',
    help: 'When a run of the Model was last Complete',
    samples: ({ lastSuccessfulRun }) => one(lastSuccessfulRun),
  },
  {
    name: 'bellwether_model_next_run_timestamp_seconds',
    help: 'When the schedule of the Model makes its next run; only where there is a schedule that is not suspended',
    samples: ({ nextRun }) => one(nextRun),
  },
  {
    name: 'bellwether_model_last_progress_timestamp_seconds',
    help: 'When a run of the Model last began, or a stage of one began or ended; only while a run is unfinished and not held',
    samples: ({ lastProgress }) => one(lastProgress),
  },
  {
    name: 'bellwether_champion_info',
    help: 'The version that serves or is being rolled out; always 1',
    labels: ['version', 'symbol'],
    samples: ({ champion }) =>
      champion === null ? [] : [[{ version: champion.version, symbol: champion.symbol }, 1]],
  },
  {
    name: 'bellwether_champion_promoted_timestamp_seconds',
    help: 'Since when the champion is the champion',
    samples: ({ champion }) => one(champion?.promotedAt ?? null),
  },
  {
    name: 'bellwether_champion_bars_to_timestamp_seconds',
    help: 'The day of the last bar that the champion knew',
    samples: ({ champion }) => one(champion?.barsTo ?? null),
  },
  quality(
    'rmse',
    "RMSE of the champion's forecasts of the next day's return, a fraction",
    ({ rmse }) => rmse,
  ),
  quality(
    'mean_rmse',
    'RMSE of the predictor that always says the training mean, on the same days',
    ({ meanRmse }) => meanRmse,
  ),
  quality(
    'rmse_ratio',
    "The champion's RMSE over the mean predictor's; below 1 is better",
    ({ rmseRatio }) => rmseRatio,
  ),
  quality('accuracy', 'Share of risk classes that the champion had right', ({ accuracy }) => accuracy),
  quality(
    'persistence_accuracy',
    "Share that persistence had right, which says today's class",
    ({ persistenceAccuracy }) => persistenceAccuracy,
  ),
  quality(
    'known_part_accuracy',
    'Share that the known-part rule had right: the class of those days of the window that are already known',
    ({ knownPartAccuracy }) => knownPartAccuracy,
  ),
  {
    name: 'bellwether_model_score_failures',
    help: 'Times that scoring has failed since it last succeeded, by Score Jobs and runs of the Model',
    samples: ({ scoreFailures }) => one(scoreFailures),
  },
  {
    name: 'bellwether_live_last_day_timestamp_seconds',
    help: 'The day of the last forecast whose truth is known',
    samples: model => one(model.live?.lastDay ?? null),
  },
  live('days', 'Forecasts in the window whose truth is known', ({ days }) => days),
  live('rmse', "RMSE of forecasts of the next day's return, a fraction", ({ rmse }) => rmse),
  live('mean_rmse', 'RMSE of the training mean on the same days', ({ meanRmse }) => meanRmse),
  live('rmse_ratio', "Live RMSE over the mean predictor's; below 1 is better", ({ rmseRatio }) => rmseRatio),
  live('hit_rate', 'Share of forecasts whose direction was right', ({ hitRate }) => hitRate),
  live(
    'mean_hit_rate',
    'Share of those days whose direction the training mean had right',
    ({ meanHitRate }) => meanHitRate,
  ),
  live('accuracy', 'Share of risk classes that were right', ({ accuracy }) => accuracy),
  live(
    'persistence_accuracy',
    'Share of those risk classes that persistence had right',
    ({ persistenceAccuracy }) => persistenceAccuracy,
  ),
  live(
    'known_part_accuracy',
    'Share of those risk classes that the known-part rule had right',
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
    help: 'Whether forecasts of the return were better than the mean (1), worse (-1) or neither (0), and those of the risk than persistence; both interval and test must say so',
    labels: ['window', 'of'],
    samples: model =>
      (model.live?.windows ?? []).flatMap(({ window, returnVerdict, riskVerdict }) => [
        [{ window, of: 'return' }, returnVerdict] as const,
        [{ window, of: 'risk' }, riskVerdict] as const,
      ]),
  },
];

/** @param models the figures of all Models, asked for each gauge of a scrape. */
export function modelFigureMetrics(registry: Registry, models: () => readonly ModelFigures[]): void {
  const turn = takeTurns();
  for (const { name, help, labels = [], samples } of definitions) {
    const labelNames = ['namespace', 'model', ...labels];
    new StateGauge({ name, help, labelNames, registry, samples: () => seriesOf(models(), samples), turn });
  }
}

function* seriesOf(models: readonly ModelFigures[], samples: Definition['samples']): Generator<Sample> {
  for (const figures of models) {
    for (const [labels, value] of samples(figures)) {
      if (value !== null) yield { labels, sharedLabels: figures.owner, value };
    }
  }
}
