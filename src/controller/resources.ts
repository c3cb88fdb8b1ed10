/** The resource types that the operator reads or writes. */
import { group } from '../api/group.ts';
import type { ResourceType } from '../kubernetes/resource.ts';

export { EVENTS as events, LEASES as leases } from '../kubernetes/resource.ts';

const type = (groupName: string, version: string, plural: string, kind: string): ResourceType => ({
  group: groupName,
  version,
  plural,
  kind,
});

export const trainingRuns = type(group, 'v1alpha1', 'trainingruns', 'TrainingRun');
export const models = type(group, 'v1alpha1', 'models', 'Model');
export const jobs = type('batch', 'v1', 'jobs', 'Job');
export const pods = type('', 'v1', 'pods', 'Pod');
export const claims = type('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim');
export const deployments = type('apps', 'v1', 'deployments', 'Deployment');
export const services = type('', 'v1', 'services', 'Service');
export const autoscalers = type('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler');
export const disruptionBudgets = type('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget');
export const networkPolicies = type('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy');
export const serviceMonitors = type('monitoring.coreos.com', 'v1', 'servicemonitors', 'ServiceMonitor');
