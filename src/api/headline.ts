/**
 * The headline figures: a few numbers by which people and the operator judge a run, without opening its artifacts.
 * Every name is stated here once. Writers, promotion, gauges and printer columns take their types from these schemas, so
 * that a name that differs in one of them does not compile.
 *
 * In statuses all figures are text: decimals in Kubernetes objects are not portable between clients. A status may hold
 * other names too, since the run may be older or newer than this code.
 */
import { z } from 'zod';
import type { StageName } from './artifacts.ts';
import { championProblems, verdicts } from './evaluation.ts';
import { boundedMap } from './fields.ts';

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
  .transform(Number)
  .refine(Number.isFinite);
const positive = decimal.refine(value => value >= 0);
const proportion = decimal.refine(value => value >= 0 && value <= 1);

/** The kinds of figure: how each is written (the schema's input) and what it means as a value (its output). */
const kinds = {
  /** Size of an error of daily returns, as a fraction: 0.01 is one percent. */
  Error: positive,
  /** One error over another; below 1 is better. */
  Ratio: positive,
  /** In [0, 1]. */
  Share: proportion,
  /** p-value of a test. */
  Probability: proportion,
  /** Of either sign; which one is better is in the description. */
  Difference: decimal,
  /** Daily return, as a fraction. */
  Return: decimal,
  /** A count as text. */
  Count: positive,
  /** A count as a number. */
  Number: z.int().min(0),
  Date: z.iso.date(),
  Flag: z.enum(['true', 'false']).transform(text => text === 'true'),
  Verdict: z.enum(verdicts),
  Text: z.string().min(1),
};
export type FigureKind = keyof typeof kinds;

function figure<K extends FigureKind>(kind: K, description: string): (typeof kinds)[K] {
  return kinds[kind].meta({ kind, description }) as (typeof kinds)[K];
}

/** What each stage reports of itself. Evaluate's are those of a run's `status.metrics`. */
export const headlineFigures = {
  Fetch: z.object({
    rows: figure('Number', 'Bars fetched.'),
    from: figure('Date', 'First bar.'),
    to: figure('Date', 'Last bar.'),
    lastClose: z.string().meta({ kind: 'Text', description: "The last bar's close, adjusted for splits." }),
    dropped: figure('Number', 'Bars that the source sent and that were left out.'),
    splits: figure('Number', 'Stock splits between the first bar and the last.'),
  }),
  Features: z.object({
    rows: figure('Number', 'Rows of the dataset.'),
    features: figure('Number', 'Features in each row.'),
    trainingRows: figure('Number', 'Rows before the embargo: models are trained on these.'),
    holdoutRows: figure('Number', 'Rows held out at the end.'),
    comparedValues: figure('Number', 'Values that were recomputed on shortened history and found equal.'),
  }),
  Train: z.object({
    trainingRows: figure('Number', 'Rows that both models were trained on.'),
    trainingMean: figure('Return', 'Mean daily return of these rows: the mean predictor.'),
    regressorTrees: figure('Number', 'Trees of the return model.'),
    regressorDepth: figure('Number', 'Depth of the return model.'),
    regressorLearningRate: figure('Ratio', 'Learning rate of the return model.'),
    classifierTrees: figure('Number', 'Trees of the risk model.'),
    classifierDepth: figure('Number', 'Greatest depth of the risk model.'),
    classifierSampling: figure('Text', 'How rows were drawn for each tree of the risk model.'),
  }),
  Evaluate: z.object({
    rmse: figure('Error', 'RMSE of the predicted return on the holdout.'),
    meanRmse: figure('Error', "The mean predictor's RMSE on the same days."),
    rmseRatio: figure('Ratio', '`rmse` over `meanRmse`.'),
    dieboldMarianoPValue: figure('Probability', 'Diebold-Mariano test of the two, two-sided.'),
    walkForwardRmseRatio: figure('Ratio', 'The same ratio in walk-forward.'),
    walkForwardDieboldMarianoPValue: figure('Probability', 'The same test in walk-forward.'),
    accuracy: figure('Share', 'Risk classes predicted correctly on the holdout.'),
    persistenceAccuracy: figure('Share', "The same of persistence, which predicts today's class."),
    knownPartAccuracy: figure(
      'Share',
      'The same of the known-part rule, which predicts the class of those returns of the window that are known today.',
    ),
    persistencePValue: figure('Probability', 'McNemar test of the model against persistence on the holdout.'),
    walkForwardAccuracy: figure('Share', 'Risk classes predicted correctly in walk-forward.'),
    walkForwardPersistenceAccuracy: figure('Share', 'The same of persistence.'),
    walkForwardKnownPartAccuracy: figure('Share', 'The same of the known-part rule.'),
    walkForwardPersistencePValue: figure('Probability', 'McNemar test against persistence in walk-forward.'),
    returnVerdict: figure('Verdict', 'The return model against the mean predictor, in walk-forward.'),
    riskVerdict: figure('Verdict', 'The risk model against persistence, in walk-forward.'),
    symbol: figure('Text', 'Ticker symbol.'),
    barsTo: figure('Date', 'Last bar.'),
    holdoutFrom: figure('Date', 'First day of the holdout.'),
    holdoutTo: figure('Date', 'Last day of the holdout.'),
    holdoutRows: figure('Count', 'Days of the holdout.'),
  }),
} satisfies Record<StageName, z.ZodObject>;

/** The figures of a stage as it writes them. */
export type StageFigures<S extends StageName> = z.input<(typeof headlineFigures)[S]>;

const champion = {
  championVersion: figure('Text', 'The version that the run was compared with.'),
  championComparable: figure('Flag', 'Whether the two could be compared.'),
};

/** Evaluate's further figures where a champion serves, but cannot be judged on the same days. */
export const notComparableFigures = z.object({
  ...champion,
  championProblem: z.enum(championProblems).meta({ kind: 'Text', description: 'Why not.' }),
});

/** Evaluate's further figures where a champion serves: both models on the days that neither was trained on. */
export const comparisonFigures = z.object({
  ...champion,
  championIdentical: figure('Flag', "Whether both models are the champion's, byte for byte."),
  championHoldoutTo: figure(
    'Date',
    "Last day of the champion's own holdout; before `holdoutTo`: newer data.",
  ),
  championRows: figure('Count', 'Days in common.'),
  championFrom: figure('Date', 'First day in common.'),
  championTo: figure('Date', 'Last day in common.'),
  commonRmse: figure('Error', 'RMSE of the predicted return on the days in common.'),
  championRmse: figure('Error', "The champion's RMSE on the same days."),
  championRmseRatio: figure('Ratio', '`commonRmse` over `championRmse`.'),
  championReturnPValue: figure('Probability', 'Diebold-Mariano test of the two, two-sided.'),
  championSameQuestion: figure('Flag', 'Whether the risk classes of both mean the same.'),
  commonAccuracy: figure('Share', 'Risk classes predicted correctly on the days in common.'),
  championAccuracy: figure('Share', 'The same of the champion.'),
  championRiskPValue: figure('Probability', 'McNemar test of the two, two-sided.'),
  championRiskLower: figure(
    'Difference',
    "Accuracy less the champion's: lower end of the 95 % interval; above 0 is better.",
  ),
  championRiskUpper: figure('Difference', 'Upper end of the same interval.'),
});

/** The comparison with the champion as Evaluate writes it. */
export type ChampionFigures = z.input<typeof notComparableFigures> | z.input<typeof comparisonFigures>;

/** The same by name: any of them may be absent. */
export type ChampionMetrics = Readonly<
  Partial<
    Record<keyof z.input<typeof notComparableFigures> | keyof z.input<typeof comparisonFigures>, string>
  >
>;

/** A name in a run's `status.metrics`. */
export type HeadlineFigure = keyof StageFigures<'Evaluate'> | keyof ChampionMetrics;

/** Evaluate's figures in statuses, as text. */
export type HeadlineMetrics = Readonly<Partial<Record<HeadlineFigure, string>>>;

const figuresByName = boundedMap(z.string().max(64), 64);

export const headlineMetricsSchema: z.ZodType<HeadlineMetrics> = figuresByName;

/** How forecasts came true, over one rolling window. */
export const liveFigures = z.object({
  days: figure('Count', 'Forecasts in the window whose outcome is known.'),
  rmse: figure('Error', 'RMSE of the predicted return.'),
  meanRmse: figure('Error', "The mean predictor's RMSE on the same days."),
  rmseRatio: figure('Ratio', '`rmse` over `meanRmse`.'),
  lossDifference: figure('Difference', "Mean squared error less the mean predictor's; above 0 is worse."),
  hitRate: figure('Share', 'Days whose direction was predicted correctly.'),
  meanHitRate: figure('Share', 'The same of the mean predictor.'),
  accuracy: figure('Share', 'Risk classes predicted correctly.'),
  persistenceAccuracy: figure('Share', 'The same of persistence.'),
  knownPartAccuracy: figure('Share', 'The same of the known-part rule.'),
  accuracyDifference: figure('Difference', "`accuracy` less persistence's; below 0 is worse."),
});

/** Of windows of at least 60 days, which are enough for a test. */
export const liveTestFigures = z.object({
  lossLower: figure('Difference', 'Lower end of the 95 % interval of `lossDifference`.'),
  lossUpper: figure('Difference', 'Upper end of the same interval.'),
  returnVerdict: figure('Verdict', 'The predicted returns against the mean predictor.'),
  accuracyLower: figure(
    'Difference',
    'Lower end of the 95 % interval of `accuracyDifference`; absent when model and persistence are wrong on the same days.',
  ),
  accuracyUpper: figure('Difference', 'Upper end of the same interval.'),
  riskVerdict: figure('Verdict', 'The predicted risk classes against persistence.'),
});

export type LiveTestFigures = Readonly<Partial<Record<keyof z.input<typeof liveTestFigures>, string>>>;

/** The figures of a rolling window as Evaluate and Score write them. */
export type LiveFigures = Readonly<Record<keyof z.input<typeof liveFigures>, string>> & LiveTestFigures;

/** A name in the figures of a Model's `status.live`. */
export type LiveFigure = keyof LiveFigures;

/** Live figures in statuses, as text. */
export type LiveMetrics = Readonly<Partial<Record<LiveFigure, string>>>;

export const liveMetricsSchema: z.ZodType<LiveMetrics> = figuresByName;
