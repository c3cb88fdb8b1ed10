/** `evaluate/evaluation.json`: how good the models are, always beside the trivial predictors. */
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
  /** Predicts the training window's mean. */
  mean: errors,
  /** Predicts zero. */
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
/** Null for a class that the figure is not defined for. */
const perClass = z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()]);

const classifierScoreSchema = z.strictObject({
  accuracy: z.number(),
  /** Block bootstrap. */
  accuracyInterval: interval,
  /** Mean recall of the classes that occur. */
  balancedAccuracy: z.number(),
  /** Mean F1 of the classes that occur or are predicted. */
  macroF1: z.number(),
  /** Null where the window has no row of the class. */
  recall: perClass,
  /** Null where the class was never predicted. */
  precision: perClass,
  /** Rows are the actual class, columns the predicted one. */
  confusion: z.tuple([triple, triple, triple]),
});
export type ClassifierScore = z.output<typeof classifierScoreSchema>;

/** Pairs on which exactly one of the two is right, and the exact two-sided p. */
const mcnemar = z.strictObject({
  onlyModelRight: z.int(),
  onlyOtherRight: z.int(),
  pValue: z.number(),
  /** Model's accuracy less the other's, by circular block bootstrap, which allows for days that depend on each other. */
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
    /** The class of the part of the future window that is already known. */
    knownPart: classifierScoreSchema,
  }),
  mcnemar: z.strictObject({ majority: mcnemar, persistence: mcnemar, knownPart: mcnemar }),
  /** Squared error of the three probabilities, summed over classes, mean over rows: 0 is perfect, 2/3 a guess. */
  brier: z.number(),
  expectedCalibrationError: z.number(),
  /** Reliability of the predicted class's probability, per bin that holds a row. */
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
  /** Loss after permuting the feature, less the loss before: RMSE for the return, error rate for the risk. */
  increase: z.number(),
  /** Standard deviation over the permutations. */
  deviation: z.number(),
});

export const verdicts = ['Better', 'NotDistinguishable', 'Worse'] as const;
export type VerdictOutcome = (typeof verdicts)[number];
const verdict = z.strictObject({
  /** Against the mean (return) or persistence (risk), in walk-forward, at the 5 % level. */
  outcome: z.enum(verdicts),
  /** One or two sentences that a person can trust. */
  text: z.string(),
});

/** Why the champion could not be judged on the same days. */
export const championProblems = [
  /** Its artifacts are not where they were published. */
  'Missing',
  /** Their digests do not fit them. */
  'Altered',
  /** They are whole, but this code cannot read them. */
  'Unreadable',
  'OtherSymbol',
  /** This code computes other features than it was trained on. */
  'OtherFeatures',
  /** Too few days that neither model was trained on. */
  'TooFewDays',
] as const;
export type ChampionProblem = (typeof championProblems)[number];

const notComparableSchema = z.strictObject({
  comparable: z.literal(false),
  version: z.string(),
  problem: z.enum(championProblems),
  /** The problem in words. */
  message: z.string(),
});

/** What a risk class is a class of; accuracies compare only where both models answer the same. */
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
  /** Both models of the run are the champion's, byte for byte. */
  identical: z.boolean(),
  /** The champion's own windows. */
  trained: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  holdout: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  /** The days that both are judged on: after both training windows and an embargo. */
  days: z.strictObject({ from: z.iso.date(), to: z.iso.date(), count: z.int() }),
  regression: z.strictObject({
    rmse: z.number(),
    championRmse: z.number(),
    /** This run's over the champion's; below 1 is better. */
    rmseRatio: z.number(),
    /** Mean squared error, this run's less the champion's, by circular block bootstrap; below 0 is better. */
    squaredErrorDifference: interval,
    dieboldMariano: test,
  }),
  classification: z.strictObject({
    question: riskQuestionSchema,
    championQuestion: riskQuestionSchema,
    /** Each against its own labels: the thresholds are those of each one's training window. */
    accuracy: z.number(),
    championAccuracy: z.number(),
    mcnemar,
  }),
});

/** The run's models beside the published version that serves. */
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
  /** Absent when nothing served. */
  champion: championComparisonSchema.optional(),
});
export type Evaluation = z.output<typeof evaluationSchema>;
