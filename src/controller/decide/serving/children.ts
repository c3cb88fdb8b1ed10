/** What belongs to a Model besides its Deployment: made when asked for, deleted when no longer asked for. */
import type { ModelSpec } from '../../../api/model.ts';
import type { KubernetesObject, ResourceType } from '../../../kubernetes/resource.ts';
import type { ChildResource, ModelResource, Settings } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { appliedDigest, marked } from '../../render/applied.ts';
import { renderAutoscaler } from '../../render/autoscaler.ts';
import { renderDisruptionBudget } from '../../render/disruption-budget.ts';
import { renderNetworkPolicy } from '../../render/network-policy.ts';
import { renderService } from '../../render/service.ts';
import { renderServiceMonitor } from '../../render/service-monitor.ts';
import {
  autoscalers,
  disruptionBudgets,
  networkPolicies,
  serviceMonitors,
  services,
} from '../../resources.ts';

/** A kind of child with what it should look like; null when it should not be. */
export interface Wanted {
  readonly type: ResourceType;
  readonly object: KubernetesObject | null;
}

/** Every kind of child, asked for or not. */
export function wantedChildren(model: ModelResource, spec: ModelSpec, settings: Settings): Wanted[] {
  const { serving } = spec;
  const { autoscaling, disruptionBudget, networkPolicy, serviceMonitor } = serving;
  const ifSaid = <T>(said: T | undefined, render: (model: ModelResource, said: T) => KubernetesObject) =>
    said === undefined ? null : render(model, said);
  const wanted: Wanted[] = [
    { type: services, object: renderService(model, serving) },
    { type: autoscalers, object: ifSaid(autoscaling, renderAutoscaler) },
    { type: disruptionBudgets, object: ifSaid(disruptionBudget, renderDisruptionBudget) },
    { type: networkPolicies, object: ifSaid(networkPolicy, renderNetworkPolicy) },
  ];
  // A cluster that does not know the kind has none to keep or to delete.
  if (settings.serviceMonitors) {
    wanted.push({ type: serviceMonitors, object: ifSaid(serviceMonitor, renderServiceMonitor) });
  }
  return wanted;
}

/** What to do about one child; nothing about somebody else's, or one that is going. */
export function childAction(
  model: ModelResource,
  { type, object }: Wanted,
  children: readonly ChildResource[],
): Action | null {
  const existing = childOf(model, type, children);
  if (existing === undefined)
    return object === null ? null : { kind: 'Create', type, object: marked(object) };
  if (existing.ownerUid !== model.uid || existing.deleting) return null;
  if (object === null) {
    const { namespace, name, uid } = existing;
    return { kind: 'Delete', type, namespace, name, uid, propagation: 'Background' };
  }
  if (existing.appliedDigest === appliedDigest(object)) return null;
  return { kind: 'Apply', type, object: marked(object) };
}

/** Kinds that are asked for, and whose name somebody else's object has. */
export function takenKinds(
  model: ModelResource,
  wanted: readonly Wanted[],
  children: readonly ChildResource[],
): string[] {
  return wanted
    .filter(({ object }) => object !== null)
    .filter(({ type }) => {
      const existing = childOf(model, type, children);
      return existing !== undefined && existing.ownerUid !== model.uid;
    })
    .map(({ type }) => type.kind);
}

function childOf({ name }: ModelResource, { kind }: ResourceType, children: readonly ChildResource[]) {
  return children.find(child => child.kind === kind && child.name === name);
}
