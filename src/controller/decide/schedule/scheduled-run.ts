/** The run that a schedule creates for one of its times. */
import { labels } from '../../../api/group.ts';
import type { ModelSpec } from '../../../api/model.ts';
import type { TrainingRun } from '../../../api/training-run.ts';
import { apiVersionOf, type Manifest } from '../../../kubernetes/resource.ts';
import { scheduledRunName } from '../../names.ts';
import type { ModelResource } from '../../observation.ts';
import { controlledBy } from '../../render/child.ts';
import { models, trainingRuns } from '../../resources.ts';

export type RunTemplate = NonNullable<ModelSpec['runTemplate']>;

/** @param time the scheduled time in milliseconds since the epoch; it determines the run's name */
export function scheduledRun(
  model: ModelResource,
  template: RunTemplate,
  time: number,
): Manifest<Pick<TrainingRun, 'spec'>> {
  const { name, namespace } = model;
  return {
    apiVersion: apiVersionOf(trainingRuns),
    kind: trainingRuns.kind,
    metadata: {
      name: scheduledRunName(name, time),
      namespace,
      labels: scheduledLabels(model, template),
      ...(template.annotations && { annotations: template.annotations }),
      ownerReferences: [controlledBy(models, model)],
    },
    spec: { ...template.spec, model: name },
  };
}

/** With the labels that the Model's selector requires: the template is a part of the same Model. */
export function scheduledLabels(
  { name, spec }: ModelResource,
  template: RunTemplate,
): Record<string, string> {
  return {
    ...spec?.promotion.runs?.selector?.matchLabels,
    ...template.labels,
    [labels.model]: name,
  };
}
