/** The run that a schedule makes for one of its times. */
import { labels } from '../../../api/group.ts';
import type { ModelSpec } from '../../../api/model.ts';
import { apiVersionOf, type KubernetesObject } from '../../../kubernetes/resource.ts';
import { scheduledRunName } from '../../names.ts';
import type { ModelResource } from '../../observation.ts';
import { controlledBy } from '../../render/owner.ts';
import { models, trainingRuns } from '../../resources.ts';

export type RunTemplate = NonNullable<ModelSpec['runTemplate']>;

/** @param time of the schedule, milliseconds since the epoch: the same time gives the same name. */
export function scheduledRun(model: ModelResource, template: RunTemplate, time: number): KubernetesObject {
  const { name, namespace } = model;
  return {
    apiVersion: apiVersionOf(trainingRuns),
    kind: trainingRuns.kind,
    metadata: {
      name: scheduledRunName(name, time),
      namespace,
      labels: { ...template.labels, [labels.model]: name },
      ...(template.annotations && { annotations: template.annotations }),
      ownerReferences: [controlledBy(models, model)],
    },
    spec: { ...template.spec, model: name },
  };
}
