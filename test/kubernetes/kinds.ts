import type { KubernetesObject, RawObject, ResourceType } from '../../src/kubernetes/resource.ts';

export const CONFIG_MAPS: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
};
export const WIDGETS: ResourceType = {
  group: 'example.org',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
};

export type ConfigMap = RawObject<{ data: Record<string, string> }>;

/** An object of any kind, of which a test may read every field. */
export interface AnyObject extends KubernetesObject {
  readonly [field: string]: unknown;
}

export function configMap(name: string, data: Record<string, string> = {}, namespace = 'default'): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { group: data.group ?? 'a' } },
    data,
  };
}
