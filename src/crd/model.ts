/** Names, columns, field selectors and scale subresource of the kind Model. */
import { type ModelSpec, type ModelStatus, modelSchema, modelStatusSchema } from '../api/model.ts';
import type { Kind } from './definition.ts';
import type { ColumnPath, FieldPath } from './json-path.ts';

interface Fields {
  readonly spec: ModelSpec;
  readonly status: ModelStatus;
}

export const modelKind: Kind<FieldPath<Fields>, ColumnPath<Fields>> = {
  kind: 'Model',
  plural: 'models',
  shortNames: ['mdl'],
  description:
    'Model serves the best of the TrainingRuns that compete for it over HTTP, with a Deployment, a Service and further objects.',
  object: modelSchema,
  status: modelStatusSchema.describe(
    'Serving version, rollout and history of the Model; written by the operator.',
  ),
  scale: {
    specReplicasPath: '.spec.serving.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  selectableFields: [
    '.spec.promotion.policy',
    '.spec.pinnedRun',
    '.spec.runTemplate.spec.symbol',
    '.status.champion.run',
  ],
  columns: [
    {
      name: 'Ready',
      type: 'string',
      description: 'Whether a version is served.',
      jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Reason of the condition Ready.',
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    },
    {
      name: 'Champion',
      type: 'string',
      description: 'Run whose version serves or is being rolled out.',
      jsonPath: '.status.champion.run',
    },
    {
      name: 'Version',
      type: 'string',
      description: 'Version of the champion.',
      jsonPath: '.status.champion.version',
    },
    {
      name: 'RMSE/Mean',
      type: 'string',
      description: "The champion's RMSE over the mean predictor's, on its holdout.",
      jsonPath: '.status.champion.metrics.rmseRatio',
    },
    {
      name: 'Accuracy',
      type: 'string',
      description: "The champion's share of correct risk classes, on its holdout.",
      jsonPath: '.status.champion.metrics.accuracy',
    },
    {
      name: 'Servers',
      type: 'integer',
      description: 'Number of ready servers.',
      jsonPath: '.status.readyReplicas',
    },
    {
      name: 'Desired',
      type: 'integer',
      description: 'Desired number of servers.',
      jsonPath: '.spec.serving.replicas',
    },
    {
      name: 'URL',
      type: 'string',
      description: 'URL of the Service inside the cluster.',
      jsonPath: '.status.url',
      priority: 1,
    },
    {
      name: 'Since',
      type: 'date',
      description: 'When the champion was promoted.',
      jsonPath: '.status.champion.promotedAt',
      priority: 1,
    },
    {
      name: 'Pinned',
      type: 'string',
      description: 'Run whose version is served regardless of other runs.',
      jsonPath: '.spec.pinnedRun',
      priority: 1,
    },
    {
      name: 'Live Days',
      type: 'integer',
      description: 'Number of forecasts whose outcome is known.',
      jsonPath: '.status.live.days',
      priority: 1,
    },
    {
      name: 'Live RMSE/Mean',
      type: 'string',
      description: "RMSE over the mean predictor's, on the last 60 of them.",
      jsonPath: '.status.live.windows[?(@.window==60)].figures.rmseRatio',
      priority: 1,
    },
    {
      name: 'Next Run',
      type: 'string',
      description: 'Next time of the schedule.',
      jsonPath: '.status.nextScheduleTime',
      priority: 1,
    },
  ],
};
