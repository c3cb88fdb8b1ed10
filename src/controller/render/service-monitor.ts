/** The ServiceMonitor of a Model, by which a Prometheus operator finds its servers. */
import type { ServingSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { serviceMonitors } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

export function renderServiceMonitor(
  model: Owner,
  { labels, intervalSeconds }: NonNullable<ServingSpec['serviceMonitor']>,
): KubernetesObject {
  const spec = {
    selector: { matchLabels: serverSelector(model.name) },
    endpoints: [{ port: httpPort, path: '/metrics', interval: `${intervalSeconds}s` }],
  };
  return renderChild(serviceMonitors, model, spec, { labels });
}
