/** The fields, defaults and limits of a Model. The types, the validation and the CRD are derived from these schemas. */
import { z } from 'zod';
import { conditionsSchema } from './conditions.ts';
import { count, defaulted, opaque, quantityText, stringMap } from './fields.ts';
import { apiVersion } from './group.ts';
import { headlineMetricsSchema } from './headline.ts';
import { labelSelectorSchema } from './label-selector.ts';
import { liveStatusSchema } from './live.ts';
import { podTemplateSchema, resourcesSchema } from './pod-template.ts';
import { withRules, withTransitionRules } from './rules.ts';
import { versionSchema } from './stage-report.ts';
import { modelNameMessage, modelNamePattern, runRules, runTemplateShape } from './training-run.ts';

const annotationMap = stringMap(4096);

const autoscalingSchema = withRules(
  z.strictObject({
    minReplicas: count(1, 1000).default(1).describe('Minimum number of servers.'),
    maxReplicas: count(1, 1000).describe('Maximum number of servers.'),
    targetCPUUtilizationPercentage: count(1, 1000)
      .default(70)
      .describe('Target CPU utilization in percent of the requested CPU.'),
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

const secretName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a Secret');

const authSchema = withRules(
  z.strictObject({
    secretName: secretName
      .optional()
      .describe(
        'Secret with bearer tokens, one in each key; requests must send one of them. Default: no token is needed.',
      ),
    metricsSecretName: secretName
      .optional()
      .describe('Secret with bearer tokens for /metrics alone, which also accepts those of secretName.'),
  }),
  [
    {
      check: ({ secretName, metricsSecretName }) =>
        secretName !== undefined || metricsSecretName !== undefined,
      cel: 'has(self.secretName) || has(self.metricsSecretName)',
      path: ['secretName'],
      message: 'or metricsSecretName is required',
    },
  ],
);

const configKeySchema = (kind: string) =>
  z.strictObject({
    name: secretName.describe(`Name of the ${kind}.`),
    key: z.string().min(1).max(253).describe(`Key in the ${kind}.`),
  });

/** Of the ServiceMonitor; without its fields for files of Prometheus itself. */
const scrapeTlsSchema = z.strictObject({
  ca: z
    .strictObject({
      secret: configKeySchema('Secret').optional().describe('Secret with the certificate authority.'),
      configMap: configKeySchema('ConfigMap')
        .optional()
        .describe('ConfigMap with the certificate authority.'),
    })
    .optional()
    .describe('Certificate authority of the servers; default: the authorities that Prometheus trusts.'),
  serverName: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Name in the certificate; default: <model>.<namespace>.svc'),
  insecureSkipVerify: z.boolean().optional().describe('Accepts any certificate.'),
});

const servingSchema = z.strictObject({
  replicas: count(0, 1000)
    .default(1)
    .describe('Number of servers; also set by `kubectl scale` and by the autoscaler.'),
  resources: resourcesSchema.optional().describe("Resources of the server's container."),
  podTemplate: podTemplateSchema
    .optional()
    .describe('Pods of the servers, within the limits of the chart value workloads.allowed.'),
  rolloutDeadlineSeconds: count(10, 86_400)
    .default(300)
    .describe(
      'Deadline for a new version to become ready; afterwards the last good version is rolled out again.',
    ),
  service: defaulted(
    z.strictObject({
      type: z
        .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
        .default('ClusterIP')
        .describe('Type of the Service; other than ClusterIP if workloads.allowed.serviceTypes has it.'),
      port: count(1, 65_535).default(80).describe('Port of the Service.'),
      annotations: annotationMap.optional().describe('Annotations of the Service.'),
    }),
  ).describe('Service with the name of the Model: http://<model>.<namespace>.svc'),
  autoscaling: autoscalingSchema.optional().describe('If set, creates a HorizontalPodAutoscaler.'),
  disruptionBudget: z
    .strictObject({
      minAvailable: count(0, 1000)
        .default(1)
        .describe('Minimum number of servers that a drain must keep available.'),
    })
    .optional()
    .describe('If set, creates a PodDisruptionBudget.'),
  auth: authSchema
    .optional()
    .describe(
      'Tokens of the servers. They are read again when the Secret changes. Default: no token is needed.',
    ),
  tls: z
    .strictObject({
      secretName: secretName.describe(
        'Secret of type kubernetes.io/tls with certificate and key. They are read again when it changes.',
      ),
    })
    .optional()
    .describe('If set, the servers serve HTTPS instead of HTTP, on the same port.'),
  rateLimit: z
    .strictObject({
      requestsPerSecond: count(1, 100_000).describe(
        'Requests per second of one client: of one token, or of one address without tokens.',
      ),
      burst: count(1, 1_000_000)
        .optional()
        .describe('Requests that a client may send at once after a pause; default: twice requestsPerSecond.'),
    })
    .optional()
    .describe('Limits the requests of each client to each server; more get status 429. Default: no limit.'),
  networkPolicy: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether there is a NetworkPolicy for the servers; false: everyone may connect.'),
      from: z
        .array(opaque)
        .max(32)
        .optional()
        .describe(
          'Allowed clients, as in `ingress[].from` of a NetworkPolicy; default: pods of the same namespace.',
        ),
    })
    .optional()
    .describe(
      "NetworkPolicy of the servers, which denies all other ingress and all egress. Default, unless the operator's administrator has switched it off: pods of all namespaces may connect, and everyone if the Service is a NodePort or a LoadBalancer.",
    ),
  serviceMonitor: z
    .strictObject({
      labels: stringMap(63).optional().describe('Labels of the ServiceMonitor, as selected by Prometheus.'),
      intervalSeconds: count(1, 3600).default(30).describe('Scrape interval.'),
      tlsConfig: scrapeTlsSchema
        .optional()
        .describe('How Prometheus verifies the servers with tls; default: by the key ca.crt of its Secret.'),
    })
    .optional()
    .describe('If set, creates a ServiceMonitor, provided that its CRD is installed.'),
});
export type ServingSpec = z.output<typeof servingSchema>;

const artifactsShape = z.strictObject({
  claimName: z
    .string()
    .max(253)
    .optional()
    .describe(
      'Name of an existing PersistentVolumeClaim that workloads.allowed.claims has; default: the operator creates <model>-artifacts.',
    ),
  size: quantityText.default('2Gi').describe('Size of the created claim.'),
  storageClassName: z
    .string()
    .max(253)
    .optional()
    .describe("Storage class of the created claim; default: the cluster's."),
  accessMode: z
    .enum(['ReadWriteOnce', 'ReadWriteMany'])
    .default('ReadWriteOnce')
    .describe('Access mode of the created claim; ReadWriteMany allows servers on several nodes.'),
  whenDeleted: z
    .enum(['Retain', 'Delete'])
    .default('Retain')
    .describe('Whether the created claim is deleted with the Model.'),
});

const fixedArtifacts = ['claimName', 'size', 'storageClassName', 'accessMode'] as const;

/** A claim's fields are immutable, and artifacts are not moved to another claim. */
const artifactsSchema = withTransitionRules(
  artifactsShape,
  fixedArtifacts.map(field => ({
    cel: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    path: [field],
    message: 'is immutable: create a new Model',
  })),
);

/** Requirements for promotion. All figures are out of sample. */
const requirementsSchema = z.strictObject({
  maximumRmseRatio: z
    .number()
    .gt(0)
    .max(10)
    .default(1.005)
    .describe(
      "Floor: maximum ratio of the RMSE to the mean predictor's, on the holdout and in walk-forward.",
    ),
  minimumAccuracy: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Floor: minimum share of correct risk classes, on the holdout.'),
  minimumPersistenceAdvantage: z
    .number()
    .min(-1)
    .max(1)
    .default(0)
    .describe(
      "Floor: minimum difference between the accuracy and persistence's, on the holdout and in walk-forward.",
    ),
  maximumChampionRmseRatio: z
    .number()
    .gt(0)
    .max(10)
    .default(1.002)
    .describe(
      "Margin: maximum ratio of the RMSE to the champion's, on the days on which both can be evaluated.",
    ),
  maximumChampionAccuracyLoss: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe("Margin: maximum loss of accuracy against the champion's, on the same days."),
  significance: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe(
      'Significance level of the tests against the champion; for gains it is divided among all runs judged on the same holdout.',
    ),
});
export type PromotionRequirements = z.output<typeof requirementsSchema>;

const promotionShape = z.strictObject({
  policy: z
    .enum(['Automatic', 'Manual'])
    .default('Automatic')
    .describe('Manual promotes only the run that approvedRun names.'),
  runs: z
    .strictObject({
      selector: labelSelectorSchema
        .optional()
        .describe(
          'Labels of the runs that may compete; default: every run of the namespace that names the Model. Other runs do not start. Scheduled runs get the labels of matchLabels in addition to those of runTemplate.',
        ),
    })
    .optional()
    .describe('Which runs may compete for the Model.'),
  approvedRun: z
    .string()
    .max(63)
    .optional()
    .describe(
      'Name of the run that is approved. It is promoted once it meets the requirements, also if the artifacts of the champion are altered or missing. A later run of the same name is not approved.',
    ),
  approvedVersion: versionSchema
    .optional()
    .describe('Version of the approved run; a run of that name with another version is not approved.'),
  requirements: defaulted(requirementsSchema).describe('What a challenger must achieve.'),
});

const promotionSchema = withRules(promotionShape, [
  {
    check: ({ approvedRun, approvedVersion }) => approvedVersion === undefined || approvedRun !== undefined,
    cel: '!has(self.approvedVersion) || has(self.approvedRun)',
    path: ['approvedRun'],
    message: 'is required with approvedVersion',
  },
]);

/** The syntax only. The operator checks whether the schedule has a next time. */
const cronPattern = /^[0-9A-Za-z*,/?#-]+( [0-9A-Za-z*,/?#-]+){4}$/;

const timesShape = {
  cron: z
    .string()
    .max(128)
    .regex(cronPattern, 'must be five fields, as in "30 22 * * 1-5"')
    .describe('Cron schedule with five fields, such as "30 22 * * 1-5".'),
  timeZone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_+-]+([/][A-Za-z0-9_+-]+)*$/, 'must be an IANA name, such as America/New_York')
    .default('Etc/UTC')
    .describe('IANA time zone of the schedule, such as America/New_York.'),
};

const scheduleSchema = z.strictObject({
  ...timesShape,
  suspend: z.boolean().default(false).describe('Creates no runs while true.'),
  startingDeadlineSeconds: count(10, 604_800)
    .default(3600)
    .describe('Deadline for starting a missed run; runs missed by more than this are skipped.'),
  concurrencyPolicy: z
    .enum(['Forbid', 'Queue', 'Replace'])
    .default('Forbid')
    .describe(
      'What to do if the last run has not finished: Forbid skips the new run, Queue starts it afterwards, Replace deletes the last one.',
    ),
  successfulRunsHistoryLimit: count(1, 100).default(5).describe('Number of Complete scheduled runs to keep.'),
  failedRunsHistoryLimit: count(1, 100).default(3).describe('Number of Failed scheduled runs to keep.'),
});
export type ScheduleSpec = z.output<typeof scheduleSchema>;

const scoringSchema = z.strictObject({
  ...timesShape,
  suspend: z.boolean().default(false).describe('Creates no Jobs while true.'),
});
export type ScoringSpec = z.output<typeof scoringSchema>;

const runTemplateSchema = z.strictObject({
  labels: stringMap(63).optional().describe('Labels of the created runs.'),
  annotations: annotationMap.optional().describe('Annotations of the created runs.'),
  spec: defaulted(withRules(z.strictObject(runTemplateShape), runRules)).describe(
    'Spec of the created runs.',
  ),
});

export const modelSpecSchema = withRules(
  z.strictObject({
    serving: defaulted(servingSchema).describe('Deployment, Service and further objects of the servers.'),
    artifacts: defaulted(artifactsSchema).describe('Volume with the artifacts of all runs.'),
    promotion: defaulted(promotionSchema).describe('Which runs are promoted.'),
    pinnedRun: z
      .string()
      .max(63)
      .optional()
      .describe(
        'Name of a run whose version is served regardless of other runs, to roll back or to stay at a version.',
      ),
    schedule: scheduleSchema.optional().describe('When to create runs from the template.'),
    runTemplate: runTemplateSchema.optional().describe('Template of scheduled runs.'),
    scoring: scoringSchema
      .optional()
      .describe(
        "When to create a Job that fetches the latest bars and scores the forecasts of the serving and earlier versions. Every run does this too. The Job's pod has the scheduling fields of the server pods.",
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
  run: z.string().max(63).describe('Run that created the version.'),
  version: versionSchema.describe('Version of the artifacts.'),
  promotedAt: z.iso.datetime().describe('When the version was promoted.'),
  metrics: headlineMetricsSchema.optional().describe('Headline figures of the run.'),
});
export type Champion = z.output<typeof championSchema>;

/** Outcomes of judging a run or of rolling out its version. */
export const outcomes = [
  'Promoted',
  'Rejected',
  'Inconclusive',
  /** Meets the requirements, and the policy is Manual. */
  'AwaitingApproval',
  /** Made champion by `pinnedRun`. */
  'Pinned',
  /** Became champion, but its servers did not become ready. */
  'RolloutFailed',
] as const;

const historyEntrySchema = z.strictObject({
  run: z.string().max(63).describe('Name of the run.'),
  runUid: z.string().max(64).optional().describe('UID of the run, since names can be reused.'),
  version: versionSchema.optional().describe('Version that the run created.'),
  outcome: z.enum(outcomes).describe('Outcome of the run.'),
  reason: z.string().max(1024).describe('CamelCase reason of the outcome.'),
  message: z.string().max(4096).describe('Explanation of the outcome.'),
  holdout: z.string().max(128).optional().describe('Symbol and days of its holdout.'),
  metrics: headlineMetricsSchema.optional().describe('Headline figures of the run.'),
  time: z.iso.datetime().describe('When the outcome was decided.'),
});
export type HistoryEntry = z.output<typeof historyEntrySchema>;

/** Maximum length of `status.history`. */
export const historyLimit = 20;

const scoringProblem = {
  reason: z.string().max(1024).optional().describe('CamelCase reason why it failed or left out days.'),
  message: z.string().max(4096).optional().describe('Explanation of the reason.'),
};

export const modelStatusSchema = z.strictObject({
  observedGeneration: z
    .int()
    .min(0)
    .optional()
    .describe('Generation of the spec that the operator last processed.'),
  conditions: conditionsSchema
    .optional()
    .describe('Conditions Ready and Progressing; with a schedule Scheduled, with scoring ScoringScheduled.'),
  champion: championSchema.optional().describe('Version that serves or is being rolled out.'),
  serving: z
    .strictObject({
      run: z.string().max(63).describe('Run that created the version.'),
      version: versionSchema.describe('Version of the artifacts.'),
      since: z.iso.datetime().describe('When its rollout was completed.'),
    })
    .optional()
    .describe('Last version whose rollout was completed; a failed rollout returns to it.'),
  rollout: z
    .strictObject({
      version: versionSchema.describe('Version that is rolled out.'),
      state: z.enum(['Progressing', 'Complete', 'Failed']).describe('State of the rollout.'),
      startedAt: z.iso.datetime().describe('When the rollout started.'),
      message: z.string().max(4096).optional().describe('Why it failed or is waiting.'),
      observedGeneration: z.int().min(0).describe('Generation of the spec that was rolled out.'),
    })
    .optional()
    .describe('Last rollout.'),
  judged: z
    .array(
      z.strictObject({
        holdout: z.string().max(128).describe('Symbol and days of the holdout.'),
        runs: count(0, 1_000_000).describe('Number of runs judged on it.'),
      }),
    )
    .max(20)
    .optional()
    .describe(
      'Number of runs judged on each holdout, newest first; each further one needs stronger evidence for a gain.',
    ),
  approval: z
    .strictObject({
      run: z.string().max(63).describe('The value of promotion.approvedRun.'),
      runUid: z.string().max(64).describe('UID of the run that had this name first since then.'),
    })
    .optional()
    .describe('Run that promotion.approvedRun approves, since names can be reused.'),
  pin: z
    .strictObject({
      run: z.string().max(63).describe('The value of pinnedRun.'),
      version: versionSchema.describe('Version of the run that had this name when it was pinned.'),
    })
    .optional()
    .describe('What pinnedRun refers to, since names can be reused.'),
  history: z
    .array(historyEntrySchema)
    .max(historyLimit)
    .optional()
    .describe('Outcomes of runs, newest first.'),
  lastSuccessfulTime: z.iso.datetime().optional().describe('When a run last became Complete.'),
  lastFailedTime: z.iso.datetime().optional().describe('When a run last became Failed.'),
  lastScheduleTime: z.iso.datetime().optional().describe('Last time of the schedule that was processed.'),
  nextScheduleTime: z.iso.datetime().optional().describe('Next time of the schedule.'),
  live: liveStatusSchema
    .optional()
    .describe('Scores of forecasts that were made before their outcome was known.'),
  scoring: z
    .strictObject({
      lastScheduleTime: z.iso.datetime().optional().describe('Last time of the schedule that was processed.'),
      nextScheduleTime: z.iso.datetime().optional().describe('Next time of the schedule.'),
      job: z
        .strictObject({
          name: z.string().max(63).describe('Name of the Job.'),
          state: z.enum(['Running', 'Succeeded', 'Failed']).describe('State of the Job.'),
          ...scoringProblem,
          time: z.iso.datetime().describe('When it was created, or ended.'),
        })
        .optional()
        .describe('Last Score Job.'),
      run: z
        .strictObject({
          name: z.string().max(63).describe('Name of the run.'),
          state: z.enum(['Succeeded', 'Failed']).describe('Whether it could score the forecasts.'),
          ...scoringProblem,
          time: z.iso.datetime().describe('When its stage Evaluate ended.'),
        })
        .optional()
        .describe('Last run that had forecasts to score.'),
      failures: count(0, 1_000_000)
        .optional()
        .describe('Number of failures of scoring since it last succeeded, by Jobs and runs.'),
    })
    .optional()
    .describe('Scoring of forecasts, by the Jobs of spec.scoring and by runs.'),
  url: z.string().max(512).optional().describe('URL of the Service inside the cluster.'),
  replicas: z.int().min(0).optional().describe('Number of servers.'),
  readyReplicas: z.int().min(0).optional().describe('Number of ready servers.'),
  selector: z.string().max(1024).optional().describe('Label selector of the server pods, for autoscalers.'),
});
export type ModelStatus = z.output<typeof modelStatusSchema>;

/** A Model as users write it. */
export const modelSchema = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Model'),
  metadata: z.object({ name: z.string().max(53).regex(modelNamePattern, modelNameMessage) }),
  spec: modelSpecSchema.describe('Serving, promotion and schedules of the Model.'),
});
export type Model = z.output<typeof modelSchema>;
