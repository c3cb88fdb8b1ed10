/** The PodDisruptionBudget of a Model. */
import type { ServingSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { disruptionBudgets } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';

export function renderDisruptionBudget(
  model: Owner,
  { minAvailable }: NonNullable<ServingSpec['disruptionBudget']>,
): KubernetesObject {
  return renderChild(disruptionBudgets, model, {
    minAvailable,
    selector: { matchLabels: serverSelector(model.name) },
    // A pod that does not serve anyway must not hold up a drain.
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
}
