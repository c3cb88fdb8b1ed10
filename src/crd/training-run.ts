/** Names, columns and field selectors of the kind TrainingRun. */
import {
  type TrainingRunSpec,
  type TrainingRunStatus,
  trainingRunSchema,
  trainingRunStatusSchema,
} from '../api/training-run.ts';
import type { Kind } from './definition.ts';
import type { ColumnPath, FieldPath } from './json-path.ts';

interface Fields {
  readonly spec: TrainingRunSpec;
  readonly status: TrainingRunStatus;
}

export const trainingRunKind: Kind<FieldPath<Fields>, ColumnPath<Fields>> = {
  kind: 'TrainingRun',
  plural: 'trainingruns',
  shortNames: ['tr'],
  description:
    'TrainingRun fetches bars, computes features, trains two models and evaluates them: four Jobs, one after the other. Like a Job, it ends as Complete or Failed.',
  object: trainingRunSchema,
  status: trainingRunStatusSchema.describe('Progress and results of the run; written by the operator.'),
  selectableFields: ['.spec.model', '.spec.symbol', '.status.model', '.status.phase'],
  columns: [
    {
      name: 'Model',
      type: 'string',
      description: 'Model that the run competes for.',
      jsonPath: '.status.model',
    },
    {
      name: 'Stage',
      type: 'string',
      description: 'Current or last stage.',
      jsonPath: '.status.stage',
    },
    {
      name: 'Phase',
      type: 'string',
      description: 'Pending, Running, Suspended, Complete or Failed.',
      jsonPath: '.status.phase',
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why the run failed or is waiting.',
      jsonPath: '.status.conditions[?(@.type=="Failed")].reason',
    },
    {
      name: 'RMSE',
      type: 'string',
      description: 'RMSE of the predicted return on the holdout.',
      jsonPath: '.status.metrics.rmse',
    },
    {
      name: 'Mean RMSE',
      type: 'string',
      description: 'RMSE of the mean predictor on the same days.',
      jsonPath: '.status.metrics.meanRmse',
    },
    {
      name: 'Accuracy',
      type: 'string',
      description: 'Share of correct risk classes on the holdout.',
      jsonPath: '.status.metrics.accuracy',
    },
    {
      name: 'Promotion',
      type: 'string',
      description: 'Outcome: Promoted, Rejected, Inconclusive and others.',
      jsonPath: '.status.conditions[?(@.type=="Promoted")].reason',
    },
    {
      name: 'Symbol',
      type: 'string',
      description: 'Ticker symbol.',
      jsonPath: '.spec.symbol',
      priority: 1,
    },
    {
      name: 'Version',
      type: 'string',
      description: 'Version under which its artifacts were published.',
      jsonPath: '.status.version',
      priority: 1,
    },
    {
      name: 'P-Value',
      type: 'string',
      description: 'p-value of the difference from the mean predictor (Diebold-Mariano test, holdout).',
      jsonPath: '.status.metrics.dieboldMarianoPValue',
      priority: 1,
    },
    {
      name: 'Persistence',
      type: 'string',
      description: 'Share of correct risk classes of persistence on the same days.',
      jsonPath: '.status.metrics.persistenceAccuracy',
      priority: 1,
    },
    {
      name: 'Started',
      type: 'date',
      description: 'When its first Job was created.',
      jsonPath: '.status.startTime',
      priority: 1,
    },
    {
      name: 'Finished',
      type: 'date',
      description: 'When the run became Complete or Failed.',
      jsonPath: '.status.completionTime',
      priority: 1,
    },
  ],
};
