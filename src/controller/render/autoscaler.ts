/**
 * The HorizontalPodAutoscaler of a Model. It scales the Model, and the operator passes `spec.serving.replicas` on to the
 * Deployment, so that only one field sets the number of servers.
 */
import type { ServingSpec } from '../../api/model.ts';
import { apiVersionOf, type Manifest } from '../../kubernetes/resource.ts';
import type { V2HorizontalPodAutoscaler } from '../../kubernetes/types.ts';
import { autoscalers, models } from '../resources.ts';
import { type Owner, renderChild } from './child.ts';

export function renderAutoscaler(
  model: Owner,
  { minReplicas, maxReplicas, targetCPUUtilizationPercentage }: NonNullable<ServingSpec['autoscaling']>,
): Manifest<V2HorizontalPodAutoscaler> {
  const target = { type: 'Utilization', averageUtilization: targetCPUUtilizationPercentage };
  return renderChild<V2HorizontalPodAutoscaler>(autoscalers, model, {
    scaleTargetRef: { apiVersion: apiVersionOf(models), kind: models.kind, name: model.name },
    minReplicas,
    maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  });
}
