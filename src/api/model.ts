/**
 * The Model: what serves, how challengers are judged, when runs are made. The one statement of its fields,
 * defaults and limits; the CRD, the types and the validation come from here.
 */
import { z } from 'zod';
import { conditionsSchema } from './conditions.ts';
import { constrained, unchanging } from './constrained.ts';
import { count, defaulted, opaque, quantityText, stringMap } from './fields.ts';
import { apiVersion } from './group.ts';
import { headlineMetricsSchema } from './headline.ts';
import { liveStatusSchema } from './live.ts';
import { podTemplateSchema, resourcesSchema } from './pod-template.ts';
import { versionSchema } from './stage-report.ts';
import { modelNameMessage, modelNamePattern, runRules, runTemplateShape } from './training-run.ts';

const annotationMap = stringMap(4096);

const autoscalingSchema = constrained(
  z.strictObject({
    minReplicas: count(1, 1000).default(1).describe('Fewest servers.'),
    maxReplicas: count(1, 1000).describe('Most servers.'),
    targetCPUUtilizationPercentage: count(1, 1000)
      .default(70)
      .describe('CPU in use, as a share of what is requested.'),
  }),
  [
    {
      check: ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
      cel: 'self.minReplicas <= self.maxReplicas',
      path: ['minReplicas'],
      message: 'must be at most maxReplicas',
    },
  ],
);

const servingSchema = z.strictObject({
  replicas: count(0, 1000).default(1).describe('Servers; `kubectl scale` and an autoscaler set this field.'),
  resources: resourcesSchema.optional().describe("CPU and memory of the server's container."),
  podTemplate: podTemplateSchema.optional().describe("The servers' pods."),
  rolloutDeadlineSeconds: count(10, 86_400)
    .default(300)
    .describe('Time for a new version to become ready; after it the last good version is served again.'),
  service: defaulted(
    z.strictObject({
      type: z
        .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
        .default('ClusterIP')
        .describe('Kind of Service.'),
      port: count(1, 65_535).default(80).describe("The Service's port."),
      annotations: annotationMap.optional().describe("The Service's annotations."),
    }),
  ).describe('The Service, named as the Model: http://<model>.<namespace>.svc'),
  autoscaling: autoscalingSchema.optional().describe('Where given: a HorizontalPodAutoscaler of this Model.'),
  disruptionBudget: z
    .strictObject({
      minAvailable: count(0, 1000).default(1).describe('Servers that a drain must leave.'),
    })
    .optional()
    .describe('Where given: a PodDisruptionBudget.'),
  networkPolicy: z
    .strictObject({
      from: z
        .array(opaque)
        .max(32)
        .optional()
        .describe('Who may call, as in a NetworkPolicy; default: pods of the same namespace.'),
    })
    .optional()
    .describe('Where given: a NetworkPolicy that lets nobody else in, and no connection out.'),
  serviceMonitor: z
    .strictObject({
      labels: stringMap(63).optional().describe('Labels that the Prometheus selects by.'),
      intervalSeconds: count(1, 3600).default(30).describe('Time between scrapes.'),
    })
    .optional()
    .describe('Where given, and where the cluster knows the kind: a ServiceMonitor.'),
});
export type ServingSpec = z.output<typeof servingSchema>;

const artifactsShape = z.strictObject({
  claimName: z
    .string()
    .max(253)
    .optional()
    .describe('An existing PersistentVolumeClaim; default: one is made, named <model>-artifacts.'),
  size: quantityText.default('2Gi').describe('Size of the claim that is made.'),
  storageClassName: z.string().max(253).optional().describe("Its class; default: the cluster's."),
  accessMode: z
    .enum(['ReadWriteOnce', 'ReadWriteMany'])
    .default('ReadWriteOnce')
    .describe('ReadWriteMany lets servers run on several nodes.'),
  whenDeleted: z
    .enum(['Retain', 'Delete'])
    .default('Retain')
    .describe('What becomes of the claim that was made when the Model is deleted.'),
});

const fixedArtifacts = ['claimName', 'size', 'storageClassName', 'accessMode'] as const;

/** A claim's own fields never change, and a Model's artifacts do not move to another one. */
const artifactsSchema = unchanging(
  artifactsShape,
  fixedArtifacts.map(field => ({
    cel: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    path: [field],
    message: 'cannot change: make a new Model',
  })),
);

/** What a challenger must show. Every figure is out of sample. */
const requirementsSchema = z.strictObject({
  maximumRmseRatio: z
    .number()
    .gt(0)
    .max(10)
    .default(1.005)
    .describe("Floor: RMSE over the mean predictor's, on the holdout and in walk-forward."),
  minimumAccuracy: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Floor: share of risk classes that are right, on the holdout.'),
  minimumPersistenceAdvantage: z
    .number()
    .min(-1)
    .max(1)
    .default(0)
    .describe("Floor: accuracy less persistence's, on the holdout and in walk-forward."),
  maximumChampionRmseRatio: z
    .number()
    .gt(0)
    .max(10)
    .default(1.002)
    .describe("Margin: RMSE over the champion's, on the days that both can be judged on."),
  maximumChampionAccuracyLoss: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe("Margin: the champion's accuracy less the challenger's, on the same days."),
  significance: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe(
      'Level of the tests against the champion; for a gain, shared out among all runs judged on the same holdout.',
    ),
});
export type PromotionRequirements = z.output<typeof requirementsSchema>;

const promotionSchema = z.strictObject({
  policy: z
    .enum(['Automatic', 'Manual'])
    .default('Automatic')
    .describe('Manual waits for the annotation bellwether.dev/approved: "true" on the run.'),
  requirements: defaulted(requirementsSchema).describe('What a challenger must show.'),
});

/** The shape alone: whether there is such a time the operator finds out. */
const cronPattern = /^[0-9A-Za-z*,/?#-]+( [0-9A-Za-z*,/?#-]+){4}$/;

const timesShape = {
  cron: z
    .string()
    .max(128)
    .regex(cronPattern, 'must be five fields, as in "30 22 * * 1-5"')
    .describe('Five fields, as in "30 22 * * 1-5".'),
  timeZone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_+-]+([/][A-Za-z0-9_+-]+)*$/, 'must be an IANA name, such as America/New_York')
    .default('Etc/UTC')
    .describe('IANA name, such as America/New_York.'),
};

const scheduleSchema = z.strictObject({
  ...timesShape,
  suspend: z.boolean().default(false).describe('Makes no runs while this is true.'),
  startingDeadlineSeconds: count(10, 604_800)
    .default(3600)
    .describe('A time missed by more than this is left out.'),
  concurrencyPolicy: z
    .enum(['Forbid', 'Queue', 'Replace'])
    .default('Forbid')
    .describe('When the last run has not ended: leave the new one out, queue it, or delete the last.'),
  successfulRunsHistoryLimit: count(1, 100).default(5).describe('Scheduled runs kept that are Complete.'),
  failedRunsHistoryLimit: count(1, 100).default(3).describe('Scheduled runs kept that are Failed.'),
});
export type ScheduleSpec = z.output<typeof scheduleSchema>;

const scoringSchema = z.strictObject({
  ...timesShape,
  suspend: z.boolean().default(false).describe('Makes no Jobs while this is true.'),
});
export type ScoringSpec = z.output<typeof scoringSchema>;

const runTemplateSchema = z.strictObject({
  labels: stringMap(63).optional().describe('Labels of the runs.'),
  annotations: annotationMap.optional().describe('Annotations of the runs.'),
  spec: defaulted(constrained(z.strictObject(runTemplateShape), runRules)).describe("The runs' spec."),
});

export const modelSpecSchema = constrained(
  z.strictObject({
    serving: defaulted(servingSchema).describe('The Deployment and what belongs to it.'),
    artifacts: defaulted(artifactsSchema).describe('The volume that holds the artifacts of its runs.'),
    promotion: defaulted(promotionSchema).describe('How challengers are judged.'),
    pinnedRun: z
      .string()
      .max(63)
      .optional()
      .describe('Serves the version of this run, whatever challengers show: to roll back, or to hold.'),
    schedule: scheduleSchema.optional().describe('When runs are made from the template.'),
    runTemplate: runTemplateSchema.optional().describe('What a scheduled run looks like.'),
    scoring: scoringSchema
      .optional()
      .describe(
        "When a Job fetches the bars that have come since and scores what serves or served by them; every run does it too. Its pod is placed as the servers' pods are.",
      ),
  }),
  [
    {
      check: ({ schedule, runTemplate }) => schedule === undefined || runTemplate !== undefined,
      cel: '!has(self.schedule) || has(self.runTemplate)',
      path: ['runTemplate'],
      message: 'is required with schedule',
    },
  ],
);
export type ModelSpec = z.output<typeof modelSpecSchema>;

const championSchema = z.strictObject({
  run: z.string().max(63).describe('The run that made it.'),
  version: versionSchema.describe('Names its artifacts.'),
  promotedAt: z.iso.datetime().describe('Since when it is the champion.'),
  metrics: headlineMetricsSchema.optional().describe("Its run's headline figures."),
});
export type Champion = z.output<typeof championSchema>;

/** What became of a run, or of a version, and why. */
export const outcomes = [
  'Promoted',
  'Rejected',
  'Inconclusive',
  /** Good enough, and the policy is Manual. */
  'AwaitingApproval',
  /** Made the champion by `pinnedRun`. */
  'Pinned',
  /** Became champion and never became ready. */
  'RolloutFailed',
] as const;

const historyEntrySchema = z.strictObject({
  run: z.string().max(63).describe('The run that was judged or served.'),
  /** Two runs may have had the same name. */
  runUid: z.string().max(64).optional().describe('uid of the run, since names come back.'),
  version: versionSchema.optional().describe('The version that it made.'),
  outcome: z.enum(outcomes).describe('What became of it.'),
  reason: z.string().max(1024).describe('One CamelCase word.'),
  message: z.string().max(4096).describe('The reason in words.'),
  holdout: z.string().max(128).optional().describe('The symbol and days that it was judged on.'),
  metrics: headlineMetricsSchema.optional().describe('The headline figures that it was judged by.'),
  time: z.iso.datetime().describe('When this was decided.'),
});
export type HistoryEntry = z.output<typeof historyEntrySchema>;

/** Entries kept in `status.history`. */
export const historyLimit = 20;

const scoringProblem = {
  reason: z.string().max(1024).optional().describe('Why it failed or left out days, in one CamelCase word.'),
  message: z.string().max(4096).optional().describe('The same in words.'),
};

export const modelStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('The generation that was last acted upon.'),
  conditions: conditionsSchema.optional().describe('Ready and Progressing.'),
  champion: championSchema.optional().describe('The version that serves or is being rolled out.'),
  serving: z
    .strictObject({
      run: z.string().max(63).describe('The run that made it.'),
      version: versionSchema.describe('Names its artifacts.'),
      since: z.iso.datetime().describe('When its rollout was completed.'),
    })
    .optional()
    .describe('The last version whose rollout was completed: what a failed rollout goes back to.'),
  rollout: z
    .strictObject({
      version: versionSchema.describe('The version that is rolled out.'),
      state: z.enum(['Progressing', 'Complete', 'Failed']).describe('How far it has come.'),
      startedAt: z.iso.datetime().describe('When it began.'),
      message: z.string().max(4096).optional().describe('Why it failed or waits.'),
      observedGeneration: z.int().min(0).describe('Of the spec that it was tried with.'),
    })
    .optional()
    .describe('The last rollout.'),
  judged: z
    .array(
      z.strictObject({
        holdout: z.string().max(128).describe('The symbol and days.'),
        runs: count(0, 1_000_000).describe('How many runs were judged on them.'),
      }),
    )
    .max(20)
    .optional()
    .describe('Runs judged on each holdout, newest first: each look at the same days makes luck likelier.'),
  history: z
    .array(historyEntrySchema)
    .max(historyLimit)
    .optional()
    .describe('The audit trail, newest first.'),
  lastSuccessfulTime: z.iso.datetime().optional().describe('When a run was last Complete.'),
  lastFailedTime: z.iso.datetime().optional().describe('When a run last failed.'),
  lastScheduleTime: z.iso
    .datetime()
    .optional()
    .describe('The last time of the schedule that was acted upon.'),
  nextScheduleTime: z.iso.datetime().optional().describe('The next one.'),
  live: liveStatusSchema
    .optional()
    .describe('How forecasts came true, on days that no promotion was decided by.'),
  scoring: z
    .strictObject({
      lastScheduleTime: z.iso.datetime().optional().describe('The last time that was acted upon.'),
      nextScheduleTime: z.iso.datetime().optional().describe('The next one.'),
      job: z
        .strictObject({
          name: z.string().max(63).describe('Its name.'),
          state: z.enum(['Running', 'Succeeded', 'Failed']).describe('How far it has come.'),
          ...scoringProblem,
          time: z.iso.datetime().describe('When it was made, or ended.'),
        })
        .optional()
        .describe('The last Job.'),
      run: z
        .strictObject({
          name: z.string().max(63).describe('Its name.'),
          state: z.enum(['Succeeded', 'Failed']).describe('Whether it could score.'),
          ...scoringProblem,
          time: z.iso.datetime().describe('When its Evaluate had ended.'),
        })
        .optional()
        .describe('The last run that had something to score.'),
      failures: count(0, 1_000_000)
        .optional()
        .describe('Times that scoring has failed, by Jobs and runs, since it last succeeded.'),
    })
    .optional()
    .describe('How scoring went: by the Jobs that spec.scoring asks for, and by runs.'),
  url: z.string().max(512).optional().describe('Where it is served inside the cluster.'),
  replicas: z.int().min(0).optional().describe('Servers there are.'),
  readyReplicas: z.int().min(0).optional().describe('Servers that are ready.'),
  selector: z.string().max(1024).optional().describe("The servers' pods, for autoscalers."),
});
export type ModelStatus = z.output<typeof modelStatusSchema>;

/** A Model as people `kubectl apply` it. */
export const modelSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Model'),
  metadata: z.object({ name: z.string().max(53).regex(modelNamePattern, modelNameMessage) }),
  spec: modelSpecSchema.describe('What is served, how challengers are judged, when runs are made.'),
});
export type Model = z.output<typeof modelSchema>;
