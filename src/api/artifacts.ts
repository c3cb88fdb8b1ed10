/** The shape of every JSON artifact; readers parse with these, so that a file is trusted only when it fits. */
import { z } from 'zod';
import { riskNames } from './risk.ts';
import { dataSources } from './sources.ts';

export const stageNames = ['Fetch', 'Features', 'Train', 'Evaluate'] as const;
const stageNameSchema = z.enum(stageNames);
export type StageName = z.output<typeof stageNameSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const isoDate = z.iso.date();

/**
 * The folder below a Model's in which versions are published, beside those of its runs. No run can have this name: names
 * of objects do not begin with a dot.
 */
export const versionsFolder = '.versions';

/** Beside it: how forecasts came true, one file a symbol. */
export const trackFolder = '.track';

/** The files in the stages' folders, beside each folder's `manifest.json`. */
export const artifactFiles = {
  bars: 'bars.csv',
  fetchReport: 'fetch.json',
  features: 'features.csv',
  dataset: 'dataset.json',
  model: 'model.json',
  regressor: 'regressor.bin',
  classifier: 'classifier.bin',
  evaluation: 'evaluation.json',
  predictions: 'predictions.csv',
  golden: 'golden.json',
  report: 'report.html',
} as const;

/** How the rows of each tree are drawn. */
export const samplings = ['Bootstrap', 'Stratified', 'Balanced'] as const;

/** In the stage's own folder, never a path out of it. */
const fileName = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be a plain file name');

/** What `z.json()` accepts. */
export type JsonValue = z.core.util.JSONType;

/** `manifest.json` of a stage: what it wrote, from what, by which code. */
export const manifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  stage: stageNameSchema,
  /** sha256 over stage, code, parameters and inputs: equal digests mean the stage need not run again. */
  inputDigest: sha256,
  /** sha256 over the outputs: what the next stages depend on. */
  outputDigest: sha256,
  code: z.string(),
  parameters: z.json(),
  /** Output digest of each stage that was read. */
  inputs: z.partialRecord(stageNameSchema, sha256),
  outputs: z.array(z.strictObject({ file: fileName, bytes: z.int(), sha256 })),
  /** Headline figures for people and for the operator's status. */
  metrics: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Manifest = z.output<typeof manifestSchema>;

/** `fetch/fetch.json`: where the bars came from and what was left out. */
export const fetchReportSchema = z.strictObject({
  symbol: z.string(),
  source: z.enum(dataSources),
  currency: z.string().nullable(),
  exchange: z.string().nullable(),
  rows: z.int(),
  from: isoDate,
  to: isoDate,
  /** Bars that the source gave and that were left out, each with the reason. */
  dropped: z.array(z.strictObject({ date: isoDate, reason: z.string() })),
  splits: z.array(z.strictObject({ date: isoDate, ratio: z.string() })),
});
export type FetchReport = z.output<typeof fetchReportSchema>;

/** One feature: its column in `features.csv` and its field in `/predict`. */
export const featureSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  description: z.string(),
  unit: z.string(),
  /** Bounds that no true value leaves, where there are any. */
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  /** Bars needed, the current one included, before the first value. */
  lookback: z.int().min(1),
});
export type Feature = z.output<typeof featureSchema>;

/** A half-open range of dataset rows with its dates. */
export const windowSchema = z.strictObject({
  fromRow: z.int(),
  /** Exclusive. */
  toRow: z.int(),
  from: isoDate,
  to: isoDate,
});
export type Window = z.output<typeof windowSchema>;

/** `features/dataset.json`: how to read `features.csv`, and the proof that nothing in it looks ahead. */
export const datasetSchema = z.strictObject({
  symbol: z.string(),
  features: z.array(featureSchema).min(1),
  /** The windows they were computed with: `/predict_batch` computes the same from raw bars. */
  windows: z.strictObject({
    shortWindow: z.int(),
    longWindow: z.int(),
    rsiPeriod: z.int(),
    volatilityWindow: z.int(),
    /** The risk label's horizon: the known part of its window is a feature. */
    horizonDays: z.int(),
  }),
  rows: z.int(),
  /** Rows whose two targets are known; the last ones are not yet. */
  labelledRows: z.int(),
  training: windowSchema,
  holdout: windowSchema,
  risk: z.strictObject({
    window: z.int(),
    horizonDays: z.int(),
    /** Daily standard deviations that part Low from Medium and Medium from High; training window only. */
    thresholds: z.tuple([z.number(), z.number()]),
  }),
  leakage: z.strictObject({ cutPoints: z.int(), comparedValues: z.int() }),
});
export type DatasetDescription = z.output<typeof datasetSchema>;

const boosterParameters = z.strictObject({
  maxDepth: z.int(),
  learningRate: z.number(),
  minChildWeight: z.number(),
  rounds: z.int(),
});

/** `train/model.json`: what the two binary models are and how they were chosen. */
export const modelCardSchema = z.strictObject({
  formatVersion: z.literal(1),
  symbol: z.string(),
  features: z.array(featureSchema),
  windows: datasetSchema.shape.windows,
  risk: datasetSchema.shape.risk,
  trained: windowSchema,
  regressor: z.strictObject({
    file: z.literal(artifactFiles.regressor),
    /** Daily return, as a fraction: where every prediction starts. */
    trainingMean: z.number(),
    trees: z.int(),
    parameters: boosterParameters,
    /** One sentence on why these parameters. */
    choice: z.string(),
    candidates: z.array(
      boosterParameters.extend({
        /** Walk-forward, inside the training window. */
        rmse: z.number(),
        meanRmse: z.number(),
        /** Standard error of the mean difference in squared error against the mean predictor, over rows. */
        standardError: z.number(),
      }),
    ),
  }),
  classifier: z.strictObject({
    file: z.literal(artifactFiles.classifier),
    classes: z.tuple([z.literal(riskNames[0]), z.literal(riskNames[1]), z.literal(riskNames[2])]),
    trees: z.int(),
    parameters: z.strictObject({
      maxDepth: z.int(),
      minimumLeafRows: z.int(),
      featureFraction: z.number(),
      sampling: z.enum(samplings),
    }),
    choice: z.string(),
    candidates: z.array(
      z.strictObject({
        maxDepth: z.int(),
        sampling: z.enum(samplings),
        accuracy: z.number(),
        balancedAccuracy: z.number(),
      }),
    ),
  }),
});
export type ModelCard = z.output<typeof modelCardSchema>;

/** `evaluate/golden.json`: rows with the answers that a loaded model must give, bit for bit. */
export const goldenSchema = z.strictObject({
  features: z.array(z.string()),
  rows: z
    .array(
      z.strictObject({
        date: isoDate,
        values: z.array(z.number()),
        predictedReturn: z.number(),
        riskLevel: z.int().min(0).max(2),
        probabilities: z.tuple([z.number(), z.number(), z.number()]),
      }),
    )
    .min(1),
});
export type Golden = z.output<typeof goldenSchema>;
