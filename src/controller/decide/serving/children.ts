/** Objects of a Model besides its Deployment: created when the spec has them, deleted when it no longer does. */
import type { ModelSpec } from '../../../api/model.ts';
import type { KubernetesObject, ResourceType } from '../../../kubernetes/resource.ts';
import { fetchPolicyName, jobsPolicyName } from '../../names.ts';
import type { ChildResource, ModelResource, Settings } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { renderAutoscaler } from '../../render/autoscaler.ts';
import { renderDisruptionBudget } from '../../render/disruption-budget.ts';
import { renderFetchPolicy, renderJobsPolicy, renderServerPolicy } from '../../render/network-policy.ts';
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

/** One desired object; null when the Model should not have it. */
export interface DesiredChild {
  readonly type: ResourceType;
  /** The Model's own name by default. */
  readonly name?: string;
  readonly object: KubernetesObject | null;
  /** Whether runs need it, so that it is created before there is anything to serve. */
  readonly early?: boolean;
  /** The name of another child of the same type that is created with it: without that, an absence is no loss. */
  readonly sibling?: string;
}

/** One entry for each child. */
export function desiredChildren(model: ModelResource, spec: ModelSpec, settings: Settings): DesiredChild[] {
  const { serving } = spec;
  const { autoscaling, disruptionBudget, serviceMonitor } = serving;
  const ifSet = <T>(value: T | undefined, render: (model: ModelResource, value: T) => KubernetesObject) =>
    value === undefined ? null : render(model, value);
  const desired: DesiredChild[] = [
    { type: services, object: renderService(model, serving) },
    { type: autoscalers, object: ifSet(autoscaling, renderAutoscaler) },
    { type: disruptionBudgets, object: ifSet(disruptionBudget, renderDisruptionBudget) },
    ...desiredPolicies(model, spec, settings),
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

function desiredPolicies(model: ModelResource, { serving }: ModelSpec, settings: Settings): DesiredChild[] {
  const [ofJobs, ofFetch] = [jobsPolicyName(model.name), fetchPolicyName(model.name)];
  const type = networkPolicies;
  // Those of Jobs are created together, also by an operator that follows one without them.
  return [
    { type, object: renderServerPolicy(model, serving, settings), sibling: ofJobs },
    { type, name: ofJobs, object: renderJobsPolicy(model, settings), early: true, sibling: ofFetch },
    { type, name: ofFetch, object: renderFetchPolicy(model, settings), early: true, sibling: ofJobs },
  ];
}

/** What to do about one child; nothing while it belongs to another owner or is being deleted. */
export function decideChild(
  desired: DesiredChild,
  children: readonly ChildResource[],
  context: ChildContext,
): ChildDecision {
  const { model } = context;
  const { type, object, sibling } = desired;
  const existing = childOf(model, desired, children);
  const only = (action: Action | null): ChildDecision => ({
    action,
    lost: [],
    contention: null,
    requeueAt: null,
  });
  if (existing === undefined) {
    const isLost = sibling === undefined || childOf(model, { type, name: sibling }, children) !== undefined;
    return only(object === null ? null : createChild(type, object, context, isLost));
  }
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
    .filter(child => {
      const existing = childOf(model, child, children);
      return existing !== undefined && existing.ownerUid !== model.uid;
    })
    .map(({ type }) => type.kind);
}

function childOf(
  model: ModelResource,
  { type, name = model.name }: Pick<DesiredChild, 'type' | 'name'>,
  children: readonly ChildResource[],
) {
  return children.find(child => child.kind === type.kind && child.name === name);
}
