/** Schemas of all JSON artifacts. Readers validate each file with them before they use it. */
import { z } from 'zod';
import { riskNames } from './risk.ts';
import { dataSources } from './sources.ts';

export const stageNames = ['Fetch', 'Features', 'Train', 'Evaluate'] as const;
const stageNameSchema = z.enum(stageNames);
export type StageName = z.output<typeof stageNameSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const isoDate = z.iso.date();

/**
 * The folder in a Model's folder for published versions, next to the folders of its runs. No run can have this name, since
 * names of objects do not begin with a dot.
 */
export const versionsFolder = '.versions';

/** Next to it: forecasts and their outcomes, one file per symbol. */
export const trackFolder = '.track';

/** The files in the stages' folders. Each folder also has a `manifest.json`. */
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

/** How rows are sampled for each tree. */
export const samplings = ['Bootstrap', 'Stratified', 'Balanced'] as const;

/** A file in the stage's own folder; a path is refused. */
const fileName = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be a plain file name');

/** What `z.json()` accepts. */
export type JsonValue = z.core.util.JSONType;

/** `manifest.json` of a stage: its outputs, inputs, parameters and code version. */
export const manifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  stage: stageNameSchema,
  /** sha256 over stage, code, parameters and inputs. A stage with the same digest is reused. */
  inputDigest: sha256,
  /** sha256 over the outputs; the next stages depend on it. */
  outputDigest: sha256,
  code: z.string(),
  parameters: z.json(),
  /** Output digests of the stages that it read. */
  inputs: z.partialRecord(stageNameSchema, sha256),
  outputs: z.array(z.strictObject({ file: fileName, bytes: z.int(), sha256 })),
  /** Headline figures, for people and for the run's status. */
  metrics: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Manifest = z.output<typeof manifestSchema>;

/** `fetch/fetch.json`: the source of the bars, and the bars that were left out. */
export const fetchReportSchema = z.strictObject({
  symbol: z.string(),
  source: z.enum(dataSources),
  currency: z.string().nullable(),
  exchange: z.string().nullable(),
  rows: z.int(),
  from: isoDate,
  to: isoDate,
  /** Bars of the source that were left out, each with the reason. */
  dropped: z.array(z.strictObject({ date: isoDate, reason: z.string() })),
  splits: z.array(z.strictObject({ date: isoDate, ratio: z.string() })),
});
export type FetchReport = z.output<typeof fetchReportSchema>;

/** One feature: its column in `features.csv` and its field in `/predict`. */
export const featureSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  description: z.string(),
  unit: z.string(),
  /** Bounds of the possible values; null if there is none. */
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  /** Bars needed for the first value, including the current one. */
  lookback: z.int().min(1),
});
export type Feature = z.output<typeof featureSchema>;

/** A half-open range of dataset rows, with its dates. */
export const windowSchema = z.strictObject({
  fromRow: z.int(),
  /** Exclusive. */
  toRow: z.int(),
  from: isoDate,
  to: isoDate,
});
export type Window = z.output<typeof windowSchema>;

/** `features/dataset.json`: the description of `features.csv`, and the result of the look-ahead check. */
export const datasetSchema = z.strictObject({
  symbol: z.string(),
  features: z.array(featureSchema).min(1),
  /** The windows of the features; `/predict_batch` computes the same features from raw bars. */
  windows: z.strictObject({
    shortWindow: z.int(),
    longWindow: z.int(),
    rsiPeriod: z.int(),
    volatilityWindow: z.int(),
    /** The horizon of the risk label; the known part of its window is a feature. */
    horizonDays: z.int(),
  }),
  rows: z.int(),
  /** Rows whose two targets are known. Those of the last rows are not known yet. */
  labelledRows: z.int(),
  training: windowSchema,
  holdout: windowSchema,
  risk: z.strictObject({
    window: z.int(),
    horizonDays: z.int(),
    /** Daily standard deviations between Low and Medium and between Medium and High, from the training window. */
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

/** `train/model.json`: describes the two binary models and how their parameters were chosen. */
export const modelCardSchema = z.strictObject({
  formatVersion: z.literal(1),
  symbol: z.string(),
  features: z.array(featureSchema),
  windows: datasetSchema.shape.windows,
  risk: datasetSchema.shape.risk,
  trained: windowSchema,
  regressor: z.strictObject({
    file: z.literal(artifactFiles.regressor),
    /** Daily return, as a fraction: the base of every prediction. */
    trainingMean: z.number(),
    trees: z.int(),
    parameters: boosterParameters,
    /** Why these parameters were chosen, in one sentence. */
    choice: z.string(),
    candidates: z.array(
      boosterParameters.extend({
        /** In walk-forward inside the training window. */
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

/** `evaluate/golden.json`: rows with the predictions that a loaded model must reproduce, bit for bit. */
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
