/**
 * The `spec` of a TrainingRun: the one statement of its fields, defaults and limits. The types, the local
 * run file's validation and the CRD all come from here.
 */
import { z } from 'zod';
import { dataSources, samplings } from './artifacts.ts';

const isoDate = z.iso.date();
const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** Yahoo's symbols: letters, digits and `. - = ^`, never a path or an escape. */
export const symbolSchema = z
  .string()
  .regex(/^[A-Z0-9^][A-Z0-9.=^-]{0,19}$/, 'must be a ticker symbol such as AAPL, BRK-B or ^GSPC');

export const dataSchema = z
  .strictObject({
    source: z.enum(dataSources).default('Yahoo').describe('Where the bars come from.'),
    path: z.string().min(1).max(4096).optional().describe('The CSV file of bars; only with source File.'),
    start: isoDate.optional().describe('First day of history, YYYY-MM-DD. Excludes lookbackDays.'),
    lookbackDays: count(30, 36_500)
      .optional()
      .describe('Length of history in calendar days before the end; default 3650. Excludes start.'),
    end: isoDate.optional().describe('Last day of history, YYYY-MM-DD; default: the latest settled bar.'),
    interval: z.literal('1d').default('1d').describe('Length of a bar; daily only.'),
    timeoutSeconds: count(1, 600).default(20).describe('Time limit of one attempt to fetch.'),
    retries: count(0, 20).default(5).describe('Further attempts after a transient failure.'),
    maximumBarAgeDays: count(0, 3650)
      .default(7)
      .describe('Oldest last bar accepted, in calendar days; checked for Yahoo when no end is given.'),
    maximumGapDays: count(1, 366)
      .default(10)
      .describe('Longest accepted gap between bars, in calendar days.'),
    minimumBars: count(250, 100_000).default(500).describe('Fewest bars that a run accepts.'),
  })
  .refine(data => data.path === undefined || data.source === 'File', {
    path: ['path'],
    message: 'is only for source File',
  })
  .refine(data => data.source !== 'File' || data.path !== undefined, {
    path: ['path'],
    message: 'is required for source File',
  })
  .refine(data => data.start === undefined || data.lookbackDays === undefined, {
    path: ['lookbackDays'],
    message: 'excludes start: give one of the two',
  })
  .refine(data => data.start === undefined || data.end === undefined || data.start < data.end, {
    path: ['end'],
    message: 'must be after start',
  });

const featuresSchema = z
  .strictObject({
    shortWindow: count(2, 200).default(10).describe('Bars in the short moving average.'),
    longWindow: count(3, 400).default(50).describe('Bars in the long moving average.'),
    rsiPeriod: count(2, 100).default(14).describe("Period of Wilder's relative strength index, in bars."),
    volatilityWindow: count(3, 250)
      .default(10)
      .describe('Returns in the rolling standard deviation, and in the risk label.'),
  })
  .refine(features => features.shortWindow < features.longWindow, {
    path: ['shortWindow'],
    message: 'must be below longWindow',
  });

const riskSchema = z
  .strictObject({
    horizonDays: count(1, 20)
      .default(1)
      .describe('The label is the class of the volatility as of this many bars ahead.'),
    lowQuantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.3333)
      .describe('Below this quantile of the training window: Low.'),
    highQuantile: z.number().gt(0).lt(1).default(0.6667).describe('Above this quantile: High.'),
  })
  .refine(risk => risk.lowQuantile < risk.highQuantile, {
    path: ['lowQuantile'],
    message: 'must be below highQuantile',
  });

const regressorSchema = z.strictObject({
  maxDepth: z.array(count(1, 8)).min(1).max(8).default([1, 2, 3]).describe('Depths that the grid tries.'),
  learningRate: z
    .array(z.number().gt(0).max(1))
    .min(1)
    .max(8)
    .default([0.01, 0.02, 0.05])
    .describe('Learning rates that the grid tries.'),
  minChildWeight: z
    .array(z.number().min(0).max(10_000))
    .min(1)
    .max(8)
    .default([20, 50])
    .describe('Least rows in a leaf that the grid tries.'),
  rounds: count(1, 1000).default(100).describe('Most boosting rounds; every smaller number is tried too.'),
});

export const classifierSchema = z.strictObject({
  trees: count(1, 1000).default(200).describe('Trees in the forest.'),
  maxDepth: z.array(count(1, 16)).min(1).max(8).default([4, 6]).describe('Depths that validation tries.'),
  minimumLeafRows: count(1, 1000).default(3).describe('Nodes with this many rows or fewer are not split.'),
  featureFraction: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe(
      'Share of the features that each tree sees; 1 leaves the randomness to the rows (docs/features.md).',
    ),
  sampling: z
    .enum(['Auto', ...samplings])
    .default('Auto')
    .describe('How rows are drawn for each tree; Auto lets validation choose.'),
});

const validationSchema = z.strictObject({
  folds: count(2, 20).default(5).describe('Walk-forward folds inside the training window, for tuning.'),
  walkForwardFolds: count(2, 50)
    .default(10)
    .describe('Walk-forward folds over the whole series, for evaluation.'),
  testFraction: z.number().min(0.05).max(0.5).default(0.2).describe('Share of the rows held out at the end.'),
  embargoDays: count(0, 250).default(21).describe('Rows left out between training and test.'),
});

const defaulted = <T extends z.ZodType>(schema: T) => schema.prefault({} as z.input<T>);

/** What a run does, with every default written out after parsing. */
export const trainingRunSpecSchema = z
  .strictObject({
    model: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/, 'must be a DNS label of at most 53 characters')
      .optional()
      .describe("The Model this run competes for; default: the run's name."),
    symbol: symbolSchema.default('AAPL').describe('Ticker symbol as Yahoo Finance writes it.'),
    data: defaulted(dataSchema).describe('The bars.'),
    features: defaulted(featuresSchema).describe('Windows of the features.'),
    risk: defaulted(riskSchema).describe('The risk label.'),
    regressor: defaulted(regressorSchema).describe("XGBoost, for the next day's return."),
    classifier: defaulted(classifierSchema).describe('Random forest, for the risk class.'),
    validation: defaulted(validationSchema).describe('How models are tuned and judged.'),
    seed: count(0, 2_147_483_647).default(1).describe('The only source of randomness.'),
  })
  // Two returns are the fewest that have a standard deviation: with fewer known, the label is no state of today.
  .refine(({ features, risk }) => risk.horizonDays <= features.volatilityWindow - 2, {
    path: ['risk', 'horizonDays'],
    message:
      'must be at most features.volatilityWindow - 2: the label needs two returns that are known today',
  })
  .refine(({ risk, validation }) => validation.embargoDays >= risk.horizonDays, {
    path: ['validation', 'embargoDays'],
    message: 'must be at least risk.horizonDays: labels of training rows would reach into the test rows',
  });

export type TrainingRunSpec = z.output<typeof trainingRunSpecSchema>;
export type DataSpec = TrainingRunSpec['data'];
export type RiskSpec = TrainingRunSpec['risk'];
export type RegressorSpec = TrainingRunSpec['regressor'];
export type ClassifierSpec = TrainingRunSpec['classifier'];

/** A run file: a TrainingRun as people `kubectl apply` it. */
export const trainingRunSchema = z.object({
  apiVersion: z.literal('bellwether.dev/v1alpha1'),
  kind: z.literal('TrainingRun'),
  metadata: z.object({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, 'must be a DNS name of at most 63 characters'),
  }),
  spec: trainingRunSpecSchema,
});

export type TrainingRun = z.output<typeof trainingRunSchema>;
