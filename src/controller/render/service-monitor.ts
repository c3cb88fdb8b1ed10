/** The ServiceMonitor of a Model, from which the Prometheus operator configures scrapes of its servers. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { V1LabelSelector } from '../../kubernetes/types.ts';
import { serviceMonitors } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

/** The fields of monitoring.coreos.com/v1 that are used. */
interface ServiceMonitor {
  readonly spec: {
    readonly selector: V1LabelSelector;
    readonly endpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly interval: string;
    }[];
  };
}

export function renderServiceMonitor(
  model: Owner,
  { labels, intervalSeconds }: NonNullable<ServingSpec['serviceMonitor']>,
): Manifest<ServiceMonitor> {
  return renderChild<ServiceMonitor>(
    serviceMonitors,
    model,
    {
      selector: { matchLabels: serverSelector(model.name) },
      endpoints: [{ port: httpPort, path: '/metrics', interval: `${intervalSeconds}s` }],
    },
    { labels },
  );
}
