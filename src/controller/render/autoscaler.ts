/**
 * The HorizontalPodAutoscaler of a Model. It scales the Model, which scales the Deployment: one place says how many.
 */
import type { ServingSpec } from '../../api/model.ts';
import { apiVersionOf, type KubernetesObject } from '../../kubernetes/resource.ts';
import { autoscalers, models } from '../resources.ts';
import { type Owner, renderChild } from './child.ts';

export function renderAutoscaler(
  model: Owner,
  { minReplicas, maxReplicas, targetCPUUtilizationPercentage }: NonNullable<ServingSpec['autoscaling']>,
): KubernetesObject {
  const target = { type: 'Utilization', averageUtilization: targetCPUUtilizationPercentage };
  return renderChild(autoscalers, model, {
    scaleTargetRef: { apiVersion: apiVersionOf(models), kind: models.kind, name: model.name },
    minReplicas,
    maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  });
}
