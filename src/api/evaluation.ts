/** `evaluate/evaluation.json`: the scores of both models and of the trivial predictors on the same rows. */
import { z } from 'zod';
import { windowSchema } from './artifacts.ts';

const interval = z.strictObject({
  estimate: z.number(),
  lower: z.number(),
  upper: z.number(),
  /** Coverage, such as 0.95. */
  level: z.number(),
});
const test = z.strictObject({ statistic: z.number(), pValue: z.number() });
const errors = z.strictObject({ rmse: z.number(), mae: z.number() });

/** Next-day returns as fractions (0.01 is one percent). */
export const regressionScoreSchema = z.strictObject({
  rows: z.int(),
  model: errors,
  /** The mean predictor: the mean of the training window. */
  mean: errors,
  /** Always predicts zero. */
  zero: errors,
  /** Model's RMSE over the mean's; below 1 is better. */
  rmseRatio: z.number(),
  /** Mean squared error, model less mean predictor, by circular block bootstrap; below 0 is better. */
  squaredErrorDifference: interval,
  /** Two-sided, with the Harvey-Leybourne-Newbold correction. */
  dieboldMariano: test,
  /** Share of days whose sign was predicted, model and mean. */
  hitRate: z.strictObject({ model: z.number(), mean: z.number() }),
});
export type RegressionScore = z.output<typeof regressionScoreSchema>;

const triple = z.tuple([z.number(), z.number(), z.number()]);
/** Null for classes for which the figure is undefined. */
const perClass = z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()]);

const classifierScoreSchema = z.strictObject({
  accuracy: z.number(),
  /** By block bootstrap. */
  accuracyInterval: interval,
  /** Mean recall of the classes that occur. */
  balancedAccuracy: z.number(),
  /** Mean F1 of the classes that occur or are predicted. */
  macroF1: z.number(),
  /** Null if the window has no row of the class. */
  recall: perClass,
  /** Null if the class was never predicted. */
  precision: perClass,
  /** Rows are the actual class, columns the predicted one. */
  confusion: z.tuple([triple, triple, triple]),
});
export type ClassifierScore = z.output<typeof classifierScoreSchema>;

/** McNemar's test: rows on which exactly one of the two is right, and the exact two-sided p-value. */
const mcnemar = z.strictObject({
  onlyModelRight: z.int(),
  onlyOtherRight: z.int(),
  pValue: z.number(),
  /** Model's accuracy less the other's, by circular block bootstrap, which allows for dependence between days. */
  accuracyDifference: interval,
});

export const classificationScoreSchema = z.strictObject({
  rows: z.int(),
  actual: triple,
  model: classifierScoreSchema,
  baselines: z.strictObject({
    /** The training window's most frequent class. */
    majority: classifierScoreSchema,
    /** Today's class. */
    persistence: classifierScoreSchema,
    /** The class of the known part of the label's window. */
    knownPart: classifierScoreSchema,
  }),
  mcnemar: z.strictObject({ majority: mcnemar, persistence: mcnemar, knownPart: mcnemar }),
  /** Squared error of the three probabilities, summed over classes, mean over rows: 0 is perfect, 2/3 is a uniform guess. */
  brier: z.number(),
  expectedCalibrationError: z.number(),
  /** Reliability of the predicted class's probability, per non-empty bin. */
  calibration: z.array(
    z.strictObject({
      from: z.number(),
      to: z.number(),
      count: z.int(),
      confidence: z.number(),
      accuracy: z.number(),
    }),
  ),
});
export type ClassificationScore = z.output<typeof classificationScoreSchema>;

const importance = z.strictObject({
  feature: z.string(),
  /** Increase of the loss when the feature is permuted: RMSE for the return, error rate for the risk. */
  increase: z.number(),
  /** Standard deviation over permutations. */
  deviation: z.number(),
});

export const verdicts = ['Better', 'NotDistinguishable', 'Worse'] as const;
export type VerdictOutcome = (typeof verdicts)[number];
const verdict = z.strictObject({
  /** Against the mean (return) or persistence (risk), in walk-forward, at the 5 % level. */
  outcome: z.enum(verdicts),
  /** The verdict in one or two sentences. */
  text: z.string(),
});

/** Why the run could not be compared with the champion. */
export const championProblems = [
  /** Nothing of its artifacts exists. */
  'Missing',
  /** Its artifacts do not match their digests or its version, or a part of them is missing. */
  'Altered',
  /** Its artifacts are intact, but this version cannot read them. */
  'Unreadable',
  'OtherSymbol',
  /** It was trained on other features than this version computes. */
  'OtherFeatures',
  /** Too few days on which neither model was trained. */
  'TooFewDays',
] as const;
export type ChampionProblem = (typeof championProblems)[number];

const notComparableSchema = z.strictObject({
  comparable: z.literal(false),
  version: z.string(),
  problem: z.enum(championProblems),
  /** Describes the problem. */
  message: z.string(),
});

/** The definition of the risk classes. Accuracies are comparable only if both models have the same one. */
const riskQuestionSchema = z.strictObject({
  volatilityWindow: z.int(),
  horizonDays: z.int(),
  lowQuantile: z.number(),
  highQuantile: z.number(),
});
export type RiskQuestion = z.output<typeof riskQuestionSchema>;

const comparedSchema = z.strictObject({
  comparable: z.literal(true),
  version: z.string(),
  /** Whether both models of the run equal the champion's, byte for byte. */
  identical: z.boolean(),
  /** The champion's windows. */
  trained: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  holdout: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  /** The days on which both are evaluated: after both training windows and an embargo. */
  days: z.strictObject({ from: z.iso.date(), to: z.iso.date(), count: z.int() }),
  regression: z.strictObject({
    rmse: z.number(),
    championRmse: z.number(),
    /** The run's over the champion's; below 1 is better. */
    rmseRatio: z.number(),
    /** Mean squared error, the run's less the champion's, by circular block bootstrap; below 0 is better. */
    squaredErrorDifference: interval,
    dieboldMariano: test,
  }),
  classification: z.strictObject({
    question: riskQuestionSchema,
    championQuestion: riskQuestionSchema,
    /** Each against its own labels, since each has the thresholds of its own training window. */
    accuracy: z.number(),
    championAccuracy: z.number(),
    mcnemar,
  }),
});

/** The run's models compared with the published version that serves. */
export const championComparisonSchema = z.discriminatedUnion('comparable', [
  notComparableSchema,
  comparedSchema,
]);
export type ChampionComparison = z.output<typeof championComparisonSchema>;
export type ComparedChampion = z.output<typeof comparedSchema>;

export const evaluationSchema = z.strictObject({
  formatVersion: z.literal(1),
  symbol: z.string(),
  bars: z.strictObject({ from: z.iso.date(), to: z.iso.date(), count: z.int() }),
  training: windowSchema,
  holdout: windowSchema,
  walkForward: windowSchema,
  embargoDays: z.int(),
  regression: z.strictObject({
    holdout: regressionScoreSchema,
    walkForward: regressionScoreSchema,
    folds: z.array(
      z.strictObject({
        from: z.iso.date(),
        to: z.iso.date(),
        rows: z.int(),
        trainedRows: z.int(),
        rmse: z.number(),
        meanRmse: z.number(),
        ratio: z.number(),
        accuracy: z.number(),
        persistenceAccuracy: z.number(),
      }),
    ),
    importances: z.array(importance),
    verdict,
  }),
  classification: z.strictObject({
    thresholds: z.tuple([z.number(), z.number()]),
    holdout: classificationScoreSchema,
    walkForward: classificationScoreSchema,
    importances: z.array(importance),
    verdict,
  }),
  /** Absent if no version was serving. */
  champion: championComparisonSchema.optional(),
});
export type Evaluation = z.output<typeof evaluationSchema>;
