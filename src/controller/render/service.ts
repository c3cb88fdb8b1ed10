/** The Service of a Model. */
import type { ServingSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { services } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

export function renderService(model: Owner, { service }: ServingSpec): KubernetesObject {
  const { type, port, annotations } = service;
  const spec = {
    type,
    selector: serverSelector(model.name),
    ports: [{ name: httpPort, port, targetPort: httpPort, protocol: 'TCP', appProtocol: 'http' }],
  };
  return renderChild(services, model, spec, { annotations });
}

/** Where the Service is inside the cluster, such as `http://aapl.default.svc`. */
export function serviceUrl({ name, namespace }: Owner, { service }: ServingSpec): string {
  return `http://${name}.${namespace}.svc${service.port === 80 ? '' : `:${service.port}`}`;
}
