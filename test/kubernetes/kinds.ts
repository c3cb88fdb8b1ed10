import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';

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

export function configMap(
  name: string,
  data: Record<string, string> = {},
  namespace = 'default',
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { group: data.group ?? 'a' } },
    data,
  };
}
