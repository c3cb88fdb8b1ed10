/**
 * The fields, defaults and limits of a TrainingRun. The types, the validation of run files and the CRD are derived from
 * these schemas.
 */
import { z } from 'zod';
import { samplings, stageNames } from './artifacts.ts';
import { conditionsSchema } from './conditions.ts';
import { count, defaulted, listMap } from './fields.ts';
import { apiVersion } from './group.ts';
import { headlineMetricsSchema } from './headline.ts';
import { podTemplateSchema, resourcesSchema } from './pod-template.ts';
import { withClusterRules, withRules, withTransitionRules } from './rules.ts';
import { barsVolumeSchema, dataSources, defaultSource } from './sources.ts';
import { versionSchema } from './stage-report.ts';

const isoDate = z.iso.date();

/** Yahoo's symbols: letters, digits and `. - = ^`. Slashes and escapes are refused, since a symbol is part of a URL. */
export const symbolSchema = z
  .string()
  .max(20)
  .regex(/^[A-Z0-9^][A-Z0-9.=^-]{0,19}$/, 'must be a ticker symbol such as AAPL, BRK-B or ^GSPC');

const localDataSchema = withRules(
  z.strictObject({
    source: z.enum(dataSources).default(defaultSource).describe('Source of the bars.'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('CSV file with the bars for source File in a local run. In a cluster, use volume.'),
    volume: barsVolumeSchema
      .optional()
      .describe(
        'Volume with the CSV file for source File. It is mounted read-only, in the pod of Fetch only.',
      ),
    start: isoDate.optional().describe('First day of history, YYYY-MM-DD. Not together with lookbackDays.'),
    lookbackDays: count(30, 36_500)
      .optional()
      .describe('Length of history in calendar days before its end; default: 3650. Not together with start.'),
    end: isoDate.optional().describe('Last day of history, YYYY-MM-DD; default: the latest settled bar.'),
    interval: z.literal('1d').default('1d').describe('Length of a bar; only daily bars are supported.'),
    timeoutSeconds: count(1, 600).default(20).describe('Timeout of one request to the source.'),
    retries: count(0, 20).default(5).describe('Number of retries after a transient failure.'),
    maximumBarAgeDays: count(0, 3650)
      .default(7)
      .describe('Maximum age of the last bar in calendar days; checked for source Yahoo if end is not set.'),
    maximumGapDays: count(1, 366).default(10).describe('Maximum gap between two bars in calendar days.'),
    minimumBars: count(250, 100_000).default(500).describe('Minimum number of bars.'),
  }),
  [
    {
      check: data => data.path === undefined || data.source === 'File',
      cel: "!has(self.path) || self.source == 'File'",
      path: ['path'],
      message: 'is only allowed for source File',
    },
    {
      check: data => data.volume === undefined || data.source === 'File',
      cel: "!has(self.volume) || self.source == 'File'",
      path: ['volume'],
      message: 'is only allowed for source File',
    },
    {
      check: data => data.source !== 'File' || data.path !== undefined || data.volume !== undefined,
      cel: "self.source != 'File' || has(self.path) || has(self.volume)",
      path: ['volume'],
      message: 'is required for source File (path in a local run)',
    },
    {
      check: data => data.path === undefined || data.volume === undefined,
      cel: '!has(self.path) || !has(self.volume)',
      path: ['path'],
      message: 'cannot be set together with volume',
    },
    {
      check: data => data.start === undefined || data.lookbackDays === undefined,
      cel: '!has(self.start) || !has(self.lookbackDays)',
      path: ['lookbackDays'],
      message: 'cannot be set together with start',
    },
    {
      check: data => data.start === undefined || data.end === undefined || data.start < data.end,
      cel: '!has(self.start) || !has(self.end) || self.start < self.end',
      path: ['end'],
      message: 'must be after start',
    },
  ],
);

/** Says how to bring a file into a cluster. */
export const pathMessage =
  'is for local runs: put the file into a ConfigMap or a PersistentVolumeClaim, and name it in data.volume ' +
  '(configMapName or claimName, and path)';

export const dataSchema = withClusterRules(localDataSchema, [
  // In a cluster it would name a file of the pod, such as another Model's.
  { cel: '!has(self.path)', path: ['path'], message: pathMessage },
]);

const featuresSchema = withRules(
  z.strictObject({
    shortWindow: count(2, 200).default(10).describe('Bars of the short moving average.'),
    longWindow: count(3, 400).default(50).describe('Bars of the long moving average.'),
    rsiPeriod: count(2, 100).default(14).describe("Period of Wilder's relative strength index, in bars."),
    volatilityWindow: count(3, 250)
      .default(10)
      .describe(
        'Returns in the rolling standard deviation (volatility), both of the feature and of the risk label.',
      ),
  }),
  [
    {
      check: features => features.shortWindow < features.longWindow,
      cel: 'self.shortWindow < self.longWindow',
      path: ['shortWindow'],
      message: 'must be below longWindow',
    },
  ],
);

const riskSchema = withRules(
  z.strictObject({
    horizonDays: count(1, 20)
      .default(1)
      .describe('Bars ahead: the label is the class of the volatility on that day.'),
    lowQuantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.3333)
      .describe('Volatility below this quantile of the training window is Low.'),
    highQuantile: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.6667)
      .describe('Volatility above this quantile of the training window is High.'),
  }),
  [
    {
      check: risk => risk.lowQuantile < risk.highQuantile,
      cel: 'self.lowQuantile < self.highQuantile',
      path: ['lowQuantile'],
      message: 'must be below highQuantile',
    },
  ],
);

const regressorSchema = z.strictObject({
  maxDepth: z.array(count(1, 8)).min(1).max(8).default([1, 2, 3]).describe('Tree depths in the tuning grid.'),
  learningRate: z
    .array(z.number().gt(0).max(1))
    .min(1)
    .max(8)
    .default([0.01, 0.02, 0.05])
    .describe('Learning rates in the tuning grid.'),
  minChildWeight: z
    .array(z.number().min(0).max(10_000))
    .min(1)
    .max(8)
    .default([20, 50])
    .describe('Minimum child weights in the tuning grid; with squared error, rows per leaf.'),
  rounds: count(1, 1000)
    .default(100)
    .describe('Maximum number of boosting rounds; every smaller number is tried too.'),
});

export const classifierSchema = z.strictObject({
  trees: count(1, 1000).default(200).describe('Number of trees.'),
  maxDepth: z
    .array(count(1, 16))
    .min(1)
    .max(8)
    .default([4, 6])
    .describe('Maximum tree depths to choose from in validation.'),
  minimumLeafRows: count(1, 1000)
    .default(3)
    .describe('Nodes with this number of rows or fewer are not split.'),
  featureFraction: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe(
      'Share of the features that each tree uses; with 1, trees differ by their rows only (docs/features.md).',
    ),
  sampling: z
    .enum(['Auto', ...samplings])
    .default('Auto')
    .describe('How rows are sampled for each tree; Auto chooses in validation.'),
});

const validationSchema = z.strictObject({
  folds: count(2, 20).default(5).describe('Walk-forward folds inside the training window, for tuning.'),
  walkForwardFolds: count(2, 50)
    .default(10)
    .describe('Walk-forward folds over the whole series, for evaluation.'),
  testFraction: z
    .number()
    .min(0.05)
    .max(0.5)
    .default(0.2)
    .describe('Share of the rows that is held out at the end (the holdout).'),
  embargoDays: count(0, 250).default(21).describe('Rows left out between training and test rows.'),
});

export const stageSpecSchema = z.strictObject({
  name: z.enum(stageNames).describe('Name of the stage.'),
  resources: resourcesSchema.optional().describe("Resources of the stage's container."),
  backoffLimit: count(0, 20).default(2).describe('Number of retries after a transient failure.'),
  activeDeadlineSeconds: count(1, 604_800)
    .default(3600)
    .describe('Deadline of the stage including retries; restarts when the run is resumed.'),
  startDeadlineSeconds: count(1, 86_400)
    .default(300)
    .describe(
      'Deadline for a pod of the stage to start: to be scheduled, mount the volume and pull the image.',
    ),
});
export type StageSpec = z.output<typeof stageSpecSchema>;

/** A Model's name is also that of its Service, so it must be a DNS label that begins with a letter. */
export const modelNamePattern = /^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$/;
export const modelNameMessage = 'must be a DNS label of at most 53 characters that begins with a letter';

const runName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a DNS name of at most 63 characters',
  );

/** All fields of the spec except `model`, which is not allowed in a Model's run template. */
export const runTemplateShape = {
  symbol: symbolSchema.default('AAPL').describe('Ticker symbol in the notation of Yahoo Finance.'),
  data: defaulted(dataSchema).describe('Which bars to use.'),
  features: defaulted(featuresSchema).describe('Windows of the features, in bars.'),
  risk: defaulted(riskSchema).describe('Definition of the risk classes.'),
  regressor: defaulted(regressorSchema).describe("XGBoost model of the next day's return."),
  classifier: defaulted(classifierSchema).describe('Random forest model of the risk class.'),
  validation: defaulted(validationSchema).describe('How models are tuned and evaluated.'),
  seed: count(0, 2_147_483_647).default(1).describe('Seed of all random numbers.'),
  stages: z
    .array(stageSpecSchema)
    .max(stageNames.length)
    .refine(stages => new Set(stages.map(({ name }) => name)).size === stages.length, {
      message: 'must name each stage once',
    })
    .meta(listMap('name'))
    .optional()
    .describe('Resources, retries and deadlines by stage; stages that are not listed have the defaults.'),
  podTemplate: podTemplateSchema
    .optional()
    .describe('Pods of the stages, within the limits of the chart value workloads.allowed.'),
  suspend: z
    .boolean()
    .default(false)
    .describe('Suspends the run: its pods are deleted and no stage starts; finished stages are kept.'),
  activeDeadlineSeconds: count(1, 31_536_000)
    .optional()
    .describe('Deadline of the whole run; restarts when the run is resumed.'),
  ttlSecondsAfterFinished: count(0, 31_536_000)
    .optional()
    .describe('Time after which the finished run is deleted; default: it is kept.'),
};

/** Rules over several fields, for runs and run templates. */
export const runRules = [
  // A standard deviation needs two returns. With fewer, the known part of the label's window has no volatility.
  {
    check: ({ features, risk }: RunSettings) => risk.horizonDays <= features.volatilityWindow - 2,
    cel: 'self.risk.horizonDays <= self.features.volatilityWindow - 2',
    path: ['risk', 'horizonDays'],
    message:
      'must be at most features.volatilityWindow - 2: at least two returns of the label must be known today',
  },
  {
    check: ({ risk, validation }: RunSettings) => validation.embargoDays >= risk.horizonDays,
    cel: 'self.validation.embargoDays >= self.risk.horizonDays',
    path: ['validation', 'embargoDays'],
    message: 'must be at least risk.horizonDays: otherwise labels of training rows overlap the test rows',
  },
];
interface RunSettings {
  features: z.output<typeof featuresSchema>;
  risk: z.output<typeof riskSchema>;
  validation: z.output<typeof validationSchema>;
}

export const trainingRunSpecSchema = withRules(
  z.strictObject({
    model: z
      .string()
      .max(53)
      .regex(modelNamePattern, modelNameMessage)
      .optional()
      .describe("Name of the Model that this run competes for; default: the run's name."),
    ...runTemplateShape,
  }),
  runRules,
);

export type TrainingRunSpec = z.output<typeof trainingRunSpecSchema>;
export type DataSpec = TrainingRunSpec['data'];
export type RiskSpec = TrainingRunSpec['risk'];
export type RegressorSpec = TrainingRunSpec['regressor'];
export type ClassifierSpec = TrainingRunSpec['classifier'];

const stageStates = ['Pending', 'Running', 'Succeeded', 'Failed', 'Skipped', 'Reused'] as const;

const stageStatusSchema = z.strictObject({
  name: z.enum(stageNames).describe('Name of the stage.'),
  state: z
    .enum(stageStates)
    .describe(
      'Running once its Job is created; Reused if earlier artifacts were valid; Skipped if an earlier stage failed.',
    ),
  jobName: z.string().max(63).optional().describe('Name of its Job.'),
  attempts: count(0, 1000).optional().describe('Number of finished attempts.'),
  relaunches: count(0, 100).optional().describe('How often its Job was created again after it was lost.'),
  startTime: z.iso.datetime().optional().describe('When its Job was created.'),
  refusedSince: z.iso
    .datetime()
    .optional()
    .describe(
      'When the API server first refused its Job for a cause that may be temporary, such as a quota.',
    ),
  completionTime: z.iso.datetime().optional().describe('When the stage ended.'),
  reason: z.string().max(1024).optional().describe('CamelCase reason why the stage failed or is waiting.'),
  message: z
    .string()
    .max(8192)
    .optional()
    .describe('Explanation of the reason, with the last lines of the log.'),
  inputDigest: z.string().max(64).optional().describe('sha256 over its inputs, parameters and code.'),
  outputDigest: z.string().max(64).optional().describe('sha256 over its outputs.'),
});
export type StageStatus = z.output<typeof stageStatusSchema>;

const runPhases = ['Pending', 'Running', 'Suspended', 'Complete', 'Failed'] as const;

export const trainingRunStatusSchema = z.strictObject({
  model: z.string().max(63).optional().describe('Name of the Model that the run competes for.'),
  observedGeneration: z
    .int()
    .min(0)
    .optional()
    .describe('Generation of the spec that the operator last processed.'),
  phase: z
    .enum(runPhases)
    .optional()
    .describe('Summary of the conditions for people; programs should read the conditions.'),
  stage: z.enum(stageNames).optional().describe('Current stage, or the last one.'),
  conditions: conditionsSchema.optional().describe('Conditions Complete, Failed, Suspended and Promoted.'),
  stages: z
    .array(stageStatusSchema)
    .max(stageNames.length)
    .meta(listMap('name'))
    .optional()
    .describe('Status of each stage, in order.'),
  metrics: headlineMetricsSchema
    .optional()
    .describe("Evaluate's headline figures; see Headline figures in docs/api.md."),
  version: versionSchema.optional().describe('Version under which its artifacts were published.'),
  startTime: z.iso.datetime().optional().describe('When its first Job was created.'),
  completionTime: z.iso.datetime().optional().describe('When the run became Complete or Failed.'),
});
export type TrainingRunStatus = z.output<typeof trainingRunStatusSchema>;

/** The fields that determine a run's artifacts. They cannot change once its first Job has been created. */
export const artifactFields = [
  'model',
  'symbol',
  'data',
  'features',
  'risk',
  'regressor',
  'classifier',
  'validation',
  'seed',
] as const satisfies readonly (keyof TrainingRunSpec)[];

/** The part of a spec that stages read. They cannot read a field that their Jobs do not pass on: it does not compile. */
export type ArtifactSpec = Pick<TrainingRunSpec, (typeof artifactFields)[number]>;

const notStarted = '!has(oldSelf.status) || !has(oldSelf.status.startTime)';
const modelOf = (run: string) => `(has(${run}.spec.model) ? ${run}.spec.model : ${run}.metadata.name)`;
const fieldOf = (run: string, field: string) => (field === 'model' ? modelOf(run) : `${run}.spec.${field}`);

/** A TrainingRun as users write it. */
export const trainingRunSchema = withTransitionRules(
  withRules(
    z.object({
      apiVersion: z.literal(apiVersion),
      kind: z.literal('TrainingRun'),
      metadata: z.object({ name: runName }),
      spec: trainingRunSpecSchema.describe('Data, parameters and evaluation of the run.'),
    }),
    [
      {
        check: ({ metadata, spec }) => spec.model !== undefined || modelNamePattern.test(metadata.name),
        cel: `has(self.spec.model) || self.metadata.name.matches('${modelNamePattern.source}')`,
        path: ['spec', 'model'],
        message: `is required if the run's name cannot be the Model's, which ${modelNameMessage}`,
      },
    ],
  ),
  artifactFields.map(field => ({
    cel: `${notStarted} || ${fieldOf('self', field)} == ${fieldOf('oldSelf', field)}`,
    path: ['spec', field],
    message: 'is immutable once the run has started: create a new run',
  })),
);

export type TrainingRun = z.output<typeof trainingRunSchema>;
