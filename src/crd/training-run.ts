/** The kind TrainingRun as the cluster sees it: its names and its table. */
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
    'TrainingRun fetches bars, computes features, trains two models and judges them: four Jobs, one after the other. Like a Job it is Complete or Failed in the end and stays so.',
  object: trainingRunSchema,
  status: trainingRunStatusSchema.describe('How far the run has come; written by the operator.'),
  selectableFields: ['.spec.model', '.spec.symbol', '.status.model', '.status.phase'],
  columns: [
    {
      name: 'Model',
      type: 'string',
      description: 'The Model that it competes for.',
      jsonPath: '.status.model',
    },
    {
      name: 'Stage',
      type: 'string',
      description: 'The stage that runs, or that ran last.',
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
      description: 'Why it failed or waits.',
      jsonPath: '.status.conditions[?(@.type=="Failed")].reason',
    },
    {
      name: 'RMSE',
      type: 'string',
      description: 'Error of the predicted return on the holdout.',
      jsonPath: '.status.metrics.rmse',
    },
    {
      name: 'Mean RMSE',
      type: 'string',
      description: "Error of predicting the training window's mean on the same days.",
      jsonPath: '.status.metrics.meanRmse',
    },
    {
      name: 'Accuracy',
      type: 'string',
      description: 'Share of risk classes that are right on the holdout.',
      jsonPath: '.status.metrics.accuracy',
    },
    {
      name: 'Promotion',
      type: 'string',
      description: 'What came of it: Promoted, Rejected, Inconclusive and so on.',
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
      description: 'The version that its artifacts were published as.',
      jsonPath: '.status.version',
      priority: 1,
    },
    {
      name: 'P-Value',
      type: 'string',
      description: 'How likely such a difference from the mean is by luck (Diebold-Mariano, holdout).',
      jsonPath: '.status.metrics.dieboldMarianoPValue',
      priority: 1,
    },
    {
      name: 'Persistence',
      type: 'string',
      description: "Accuracy of saying today's class again, on the same days.",
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
      description: 'When it became Complete or Failed.',
      jsonPath: '.status.completionTime',
      priority: 1,
    },
  ],
};
