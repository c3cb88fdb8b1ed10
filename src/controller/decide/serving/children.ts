/** Objects of a Model besides its Deployment: created when the spec has them, deleted when it no longer does. */
import type { ModelSpec } from '../../../api/model.ts';
import type { KubernetesObject, ResourceType } from '../../../kubernetes/resource.ts';
import type { ChildResource, ModelResource, Settings } from '../../observation.ts';
import type { Action } from '../../plan.ts';
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
import { applyChild, type ChildContext, type ChildDecision, createChild } from './apply-child.ts';

/** The desired object of one kind; null when the Model should have none. */
export interface DesiredChild {
  readonly type: ResourceType;
  readonly object: KubernetesObject | null;
}

/** One entry for each kind of child. */
export function desiredChildren(model: ModelResource, spec: ModelSpec, settings: Settings): DesiredChild[] {
  const { serving } = spec;
  const { autoscaling, disruptionBudget, networkPolicy, serviceMonitor } = serving;
  const ifSet = <T>(value: T | undefined, render: (model: ModelResource, value: T) => KubernetesObject) =>
    value === undefined ? null : render(model, value);
  const desired: DesiredChild[] = [
    { type: services, object: renderService(model, serving) },
    { type: autoscalers, object: ifSet(autoscaling, renderAutoscaler) },
    { type: disruptionBudgets, object: ifSet(disruptionBudget, renderDisruptionBudget) },
    { type: networkPolicies, object: ifSet(networkPolicy, renderNetworkPolicy) },
  ];
  // Without the CRD there are no ServiceMonitors to apply or delete.
  if (settings.serviceMonitors) {
    desired.push({
      type: serviceMonitors,
      object: ifSet(serviceMonitor, (owner, monitor) => renderServiceMonitor(owner, serving, monitor)),
    });
  }
  return desired;
}

/** What to do about one child; nothing while it belongs to another owner or is being deleted. */
export function decideChild(
  { type, object }: DesiredChild,
  children: readonly ChildResource[],
  context: ChildContext,
): ChildDecision {
  const { model } = context;
  const existing = childOf(model, type, children);
  const only = (action: Action | null): ChildDecision => ({
    action,
    lost: [],
    contention: null,
    requeueAt: null,
  });
  if (existing === undefined) return only(object === null ? null : createChild(type, object, context));
  if (existing.ownerUid !== model.uid || existing.deleting) return only(null);
  if (object !== null) return applyChild(type, object, existing, context);
  const { namespace, name, uid } = existing;
  return only({ kind: 'Delete', type, namespace, name, uid, propagation: 'Background' });
}

/** Kinds whose desired object has the name of an existing object of another owner. */
export function takenKinds(
  model: ModelResource,
  desired: readonly DesiredChild[],
  children: readonly ChildResource[],
): string[] {
  return desired
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
