/** The PodDisruptionBudget of a Model. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { V1PodDisruptionBudget } from '../../kubernetes/types.ts';
import { disruptionBudgets } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';

export function renderDisruptionBudget(
  model: Owner,
  { minAvailable }: NonNullable<ServingSpec['disruptionBudget']>,
): Manifest<V1PodDisruptionBudget> {
  return renderChild<V1PodDisruptionBudget>(disruptionBudgets, model, {
    minAvailable,
    selector: { matchLabels: serverSelector(model.name) },
    // A pod that is not ready must not block a drain.
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
}
