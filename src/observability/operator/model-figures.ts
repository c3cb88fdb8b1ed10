/** The state of a Model in numbers, as the gauges export it. Times are seconds since the epoch; null means unknown. */

/** Figures of a champion on one set of days that it was not trained on. */
export interface QualityFigures {
  readonly set: 'holdout' | 'walk_forward';
  readonly rmse: number | null;
  readonly meanRmse: number | null;
  readonly rmseRatio: number | null;
  readonly accuracy: number | null;
  readonly persistenceAccuracy: number | null;
  readonly knownPartAccuracy: number | null;
}

/** How a champion's artifacts can be damaged. */
export const damages = ['Altered', 'Missing'] as const;

export interface ChampionFigures {
  readonly version: string;
  readonly symbol: string;
  readonly promotedAt: number;
  /** The day of the last bar in its data. */
  readonly barsTo: number | null;
  readonly quality: readonly QualityFigures[];
  /** What the last run that was compared with it found its artifacts to be; null when they were intact. */
  readonly damage: (typeof damages)[number] | null;
}

/** An estimate and its 95 % interval; windows of fewer than sixty days have no interval. */
export interface Interval {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface LiveWindowFigures {
  /** Length of the window in forecasts. */
  readonly window: number;
  /** Forecasts in it; fewer than its length while the model is young. */
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
  /** 1 better than the mean predictor, -1 worse, 0 not distinguishable; null with too few days for a test. */
  readonly returnVerdict: number | null;
  /** The same against persistence. */
  readonly riskVerdict: number | null;
}

export interface LiveFigures {
  readonly lastDay: number;
  readonly windows: readonly LiveWindowFigures[];
}

export interface ModelFigures {
  /** Labels of every series of this Model. */
  readonly owner: { readonly namespace: string; readonly model: string };
  readonly ready: boolean;
  /** The CamelCase reason why the servers do not reach their desired state; null while nothing blocks them. */
  readonly stalled: string | null;
  readonly desiredReplicas: number | null;
  readonly readyReplicas: number;
  /** Number of runs in each phase. */
  readonly runs: Readonly<Record<string, number>>;
  /** Null before any run has finished. Deleted runs count too. */
  readonly lastRunFailed: boolean | null;
  readonly lastSuccessfulRun: number | null;
  /** Null without a schedule, or while it is suspended. */
  readonly nextRun: number | null;
  /** Null while no run is running or pending. */
  readonly lastProgress: number | null;
  readonly champion: ChampionFigures | null;
  readonly live: LiveFigures | null;
  /** Failures of scoring, by Jobs and runs, since it last succeeded; null before the first attempt. */
  readonly scoreFailures: number | null;
}
