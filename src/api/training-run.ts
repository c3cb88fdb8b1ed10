/**
 * The `spec` of a TrainingRun: the one statement of its fields, defaults and limits. The types, the local
 * run file's validation and the CRD all come from here.
 */
import { z } from 'zod';
import { samplings, stageNames } from './artifacts.ts';
import { conditionsSchema } from './conditions.ts';
import { constrained, unchanging } from './constrained.ts';
import { count, defaulted, listMap } from './fields.ts';
import { apiVersion } from './group.ts';
import { headlineMetricsSchema } from './headline.ts';
import { podTemplateSchema, resourcesSchema } from './pod-template.ts';
import { dataSources, defaultSource } from './sources.ts';
import { versionSchema } from './stage-report.ts';

const isoDate = z.iso.date();

/** Yahoo's symbols: letters, digits and `. - = ^`, never a path or an escape. */
export const symbolSchema = z
  .string()
  .max(20)
  .regex(/^[A-Z0-9^][A-Z0-9.=^-]{0,19}$/, 'must be a ticker symbol such as AAPL, BRK-B or ^GSPC');

export const dataSchema = constrained(
  z.strictObject({
    source: z.enum(dataSources).default(defaultSource).describe('Where the bars come from.'),
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
  }),
  [
    {
      check: data => data.path === undefined || data.source === 'File',
      cel: "!has(self.path) || self.source == 'File'",
      path: ['path'],
      message: 'is only for source File',
    },
    {
      check: data => data.source !== 'File' || data.path !== undefined,
      cel: "self.source != 'File' || has(self.path)",
      path: ['path'],
      message: 'is required for source File',
    },
    {
      check: data => data.start === undefined || data.lookbackDays === undefined,
      cel: '!has(self.start) || !has(self.lookbackDays)',
      path: ['lookbackDays'],
      message: 'excludes start: give one of the two',
    },
    {
      check: data => data.start === undefined || data.end === undefined || data.start < data.end,
      cel: '!has(self.start) || !has(self.end) || self.start < self.end',
      path: ['end'],
      message: 'must be after start',
    },
  ],
);

const featuresSchema = constrained(
  z.strictObject({
    shortWindow: count(2, 200).default(10).describe('Bars in the short moving average.'),
    longWindow: count(3, 400).default(50).describe('Bars in the long moving average.'),
    rsiPeriod: count(2, 100).default(14).describe("Period of Wilder's relative strength index, in bars."),
    volatilityWindow: count(3, 250)
      .default(10)
      .describe('Returns in the rolling standard deviation, and in the risk label.'),
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

const riskSchema = constrained(
  z.strictObject({
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

export const stageSpecSchema = z.strictObject({
  name: z.enum(stageNames).describe('The stage that this is about.'),
  resources: resourcesSchema.optional().describe('CPU and memory of its container.'),
  backoffLimit: count(0, 20).default(2).describe('Further attempts after a failure that may pass.'),
  activeDeadlineSeconds: count(1, 604_800)
    .default(3600)
    .describe('Time limit of the stage, all attempts together; it starts anew when a run is resumed.'),
  startDeadlineSeconds: count(1, 86_400)
    .default(300)
    .describe('Time for a pod of it to start: image pulled, scheduled, volume mounted.'),
});
export type StageSpec = z.output<typeof stageSpecSchema>;

/** A Model's name: its Service has the same, so it is a DNS label that begins with a letter. */
export const modelNamePattern = /^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$/;
export const modelNameMessage = 'must be a DNS label of at most 53 characters that begins with a letter';

const runName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a DNS name of at most 63 characters',
  );

/** All but `model`, which a Model's run template must not name. */
export const runTemplateShape = {
  symbol: symbolSchema.default('AAPL').describe('Ticker symbol as Yahoo Finance writes it.'),
  data: defaulted(dataSchema).describe('The bars.'),
  features: defaulted(featuresSchema).describe('Windows of the features.'),
  risk: defaulted(riskSchema).describe('The risk label.'),
  regressor: defaulted(regressorSchema).describe("XGBoost, for the next day's return."),
  classifier: defaulted(classifierSchema).describe('Random forest, for the risk class.'),
  validation: defaulted(validationSchema).describe('How models are tuned and judged.'),
  seed: count(0, 2_147_483_647).default(1).describe('The only source of randomness.'),
  stages: z
    .array(stageSpecSchema)
    .max(stageNames.length)
    .refine(stages => new Set(stages.map(({ name }) => name)).size === stages.length, {
      message: 'must name each stage once',
    })
    .meta(listMap('name'))
    .optional()
    .describe("Limits and resources by stage; a stage that isn't listed has the defaults."),
  podTemplate: podTemplateSchema.optional().describe("The stages' pods."),
  suspend: z
    .boolean()
    .default(false)
    .describe('Holds the run: no pod runs while this is true; finished stages stay finished.'),
  activeDeadlineSeconds: count(1, 31_536_000)
    .optional()
    .describe('Time limit of the whole run; it starts anew when the run is resumed.'),
  ttlSecondsAfterFinished: count(0, 31_536_000)
    .optional()
    .describe('Deletes the run this long after its end; default: it stays.'),
};

/** Rules over several fields, for a run and for a Model's run template. */
export const runRules = [
  // Two returns are the fewest that have a standard deviation: with fewer known, the label is no state of today.
  {
    check: ({ features, risk }: Ruled) => risk.horizonDays <= features.volatilityWindow - 2,
    cel: 'self.risk.horizonDays <= self.features.volatilityWindow - 2',
    path: ['risk', 'horizonDays'],
    message:
      'must be at most features.volatilityWindow - 2: the label needs two returns that are known today',
  },
  {
    check: ({ risk, validation }: Ruled) => validation.embargoDays >= risk.horizonDays,
    cel: 'self.validation.embargoDays >= self.risk.horizonDays',
    path: ['validation', 'embargoDays'],
    message: 'must be at least risk.horizonDays: labels of training rows would reach into the test rows',
  },
];
interface Ruled {
  features: z.output<typeof featuresSchema>;
  risk: z.output<typeof riskSchema>;
  validation: z.output<typeof validationSchema>;
}

/** What a run does, with every default written out after parsing. */
export const trainingRunSpecSchema = constrained(
  z.strictObject({
    model: z
      .string()
      .max(53)
      .regex(modelNamePattern, modelNameMessage)
      .optional()
      .describe("The Model this run competes for; default: the run's name."),
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
  name: z.enum(stageNames).describe('The stage.'),
  state: z
    .enum(stageStates)
    .describe('Running from the creation of its Job on; Skipped when an earlier stage failed.'),
  jobName: z.string().max(63).optional().describe('Its Job.'),
  attempts: count(0, 1000).optional().describe('Attempts that have ended, the last one included.'),
  relaunches: count(0, 100).optional().describe('How often its Job was made again because it was lost.'),
  startTime: z.iso.datetime().optional().describe('When its Job was created.'),
  refusedSince: z.iso
    .datetime()
    .optional()
    .describe('Since when its Job has been refused for a cause that may end by itself, such as a quota.'),
  completionTime: z.iso.datetime().optional().describe('When it ended.'),
  reason: z.string().max(1024).optional().describe('Why it failed or waits, in one CamelCase word.'),
  message: z.string().max(8192).optional().describe('The same in words, with the last lines of its log.'),
  inputDigest: z
    .string()
    .max(64)
    .optional()
    .describe('sha256 over what it read, its parameters and its code.'),
  outputDigest: z.string().max(64).optional().describe('sha256 over what it wrote.'),
});
export type StageStatus = z.output<typeof stageStatusSchema>;

const runPhases = ['Pending', 'Running', 'Suspended', 'Complete', 'Failed'] as const;

export const trainingRunStatusSchema = z.strictObject({
  model: z.string().max(63).optional().describe('The Model that it competes for.'),
  observedGeneration: z.int().min(0).optional().describe('The generation that was last acted upon.'),
  phase: z
    .enum(runPhases)
    .optional()
    .describe('The conditions in one word, for people; programs read conditions.'),
  stage: z.enum(stageNames).optional().describe('The stage that runs, or that ran last.'),
  conditions: conditionsSchema.optional().describe('Complete, Failed, Suspended and Promoted.'),
  stages: z
    .array(stageStatusSchema)
    .max(stageNames.length)
    .meta(listMap('name'))
    .optional()
    .describe('Each stage in its order.'),
  metrics: headlineMetricsSchema
    .optional()
    .describe("Evaluate's headline figures; without a prefix the holdout's."),
  version: versionSchema.optional().describe('The version that its artifacts were published as.'),
  startTime: z.iso.datetime().optional().describe('When its first Job was created.'),
  completionTime: z.iso.datetime().optional().describe('When it became Complete or Failed.'),
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

/** A run file: a TrainingRun as people `kubectl apply` it. */
export const trainingRunSchema = unchanging(
  constrained(
    z.object({
      apiVersion: z.literal(apiVersion),
      kind: z.literal('TrainingRun'),
      metadata: z.object({ name: runName }),
      spec: trainingRunSpecSchema.describe('What to train, on what, and how to judge it.'),
    }),
    [
      {
        check: ({ metadata, spec }) => spec.model !== undefined || modelNamePattern.test(metadata.name),
        cel: `has(self.spec.model) || self.metadata.name.matches('${modelNamePattern.source}')`,
        path: ['spec', 'model'],
        message: `is required here: without it the run's name is the Model's, which ${modelNameMessage}`,
      },
    ],
  ),
  artifactFields.map(field => ({
    cel: `${notStarted} || ${fieldOf('self', field)} == ${fieldOf('oldSelf', field)}`,
    path: ['spec', field],
    message: 'cannot change once the run has started: make a new run',
  })),
);

export type TrainingRun = z.output<typeof trainingRunSchema>;
