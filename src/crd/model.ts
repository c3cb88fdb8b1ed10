/** The kind Model as the cluster sees it: its names, its table, its scale. */
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
    'Model serves the best of the TrainingRuns that compete for it, over HTTP: a Deployment, a Service and what belongs to them.',
  object: modelSchema,
  status: modelStatusSchema.describe('What serves, and how that came about; written by the operator.'),
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
      description: 'Why it is ready or not.',
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    },
    {
      name: 'Champion',
      type: 'string',
      description: 'The run whose version serves or is being rolled out.',
      jsonPath: '.status.champion.run',
    },
    {
      name: 'Version',
      type: 'string',
      description: "The champion's version.",
      jsonPath: '.status.champion.version',
    },
    {
      name: 'RMSE/Mean',
      type: 'string',
      description: "The champion's error over the mean predictor's, on its holdout.",
      jsonPath: '.status.champion.metrics.rmseRatio',
    },
    {
      name: 'Accuracy',
      type: 'string',
      description: "The champion's share of risk classes that are right, on its holdout.",
      jsonPath: '.status.champion.metrics.accuracy',
    },
    {
      name: 'Servers',
      type: 'integer',
      description: 'Servers that are ready.',
      jsonPath: '.status.readyReplicas',
    },
    {
      name: 'Desired',
      type: 'integer',
      description: 'Servers that there should be.',
      jsonPath: '.spec.serving.replicas',
    },
    {
      name: 'URL',
      type: 'string',
      description: 'Where it is served inside the cluster.',
      jsonPath: '.status.url',
      priority: 1,
    },
    {
      name: 'Since',
      type: 'date',
      description: 'Since when this champion is the champion.',
      jsonPath: '.status.champion.promotedAt',
      priority: 1,
    },
    {
      name: 'Pinned',
      type: 'string',
      description: 'The run whose version is served whatever challengers show.',
      jsonPath: '.spec.pinnedRun',
      priority: 1,
    },
    {
      name: 'Live Days',
      type: 'integer',
      description: 'Forecasts whose truth is known.',
      jsonPath: '.status.live.days',
      priority: 1,
    },
    {
      name: 'Live RMSE/Mean',
      type: 'string',
      description: "Their error over the mean predictor's, over the last 60 of them.",
      jsonPath: '.status.live.windows[?(@.window==60)].figures.rmseRatio',
      priority: 1,
    },
    {
      name: 'Next Run',
      type: 'string',
      description: "The schedule's next time.",
      jsonPath: '.status.nextScheduleTime',
      priority: 1,
    },
  ],
};
