/** The Service of a Model. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { V1Service } from '../../kubernetes/types.ts';
import { services } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

export function renderService(model: Owner, { service }: ServingSpec): Manifest<V1Service> {
  const { type, port, annotations } = service;
  return renderChild<V1Service>(
    services,
    model,
    {
      type,
      selector: serverSelector(model.name),
      ports: [{ name: httpPort, port, targetPort: httpPort, protocol: 'TCP', appProtocol: 'http' }],
    },
    { annotations },
  );
}

/** The URL of the Service inside the cluster, such as `http://aapl.default.svc`. */
export function serviceUrl({ name, namespace }: Owner, { service }: ServingSpec): string {
  return `http://${name}.${namespace}.svc${service.port === 80 ? '' : `:${service.port}`}`;
}
