/** The Service of a Model. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { V1Service } from '../../kubernetes/types.ts';
import { services } from '../resources.ts';
import { schemeOf } from './access.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

export function renderService(model: Owner, serving: ServingSpec): Manifest<V1Service> {
  const { type, port, annotations } = serving.service;
  return renderChild<V1Service>(
    services,
    model,
    {
      type,
      selector: serverSelector(model.name),
      // With TLS the port keeps its name: servers of before and after the change are endpoints during the rollout.
      ports: [
        { name: httpPort, port, targetPort: httpPort, protocol: 'TCP', appProtocol: schemeOf(serving) },
      ],
    },
    { annotations },
  );
}

/** The host name of the Service inside the cluster, such as `aapl.default.svc`. */
export function serviceHost({ name, namespace }: Pick<Owner, 'name' | 'namespace'>): string {
  return `${name}.${namespace}.svc`;
}

/** The URL of the Service inside the cluster, such as `http://aapl.default.svc`. */
export function serviceUrl({ name, namespace }: Owner, serving: ServingSpec): string {
  const { port } = serving.service;
  const scheme = schemeOf(serving);
  const isDefault = port === (scheme === 'http' ? 80 : 443);
  return `${scheme}://${serviceHost({ name, namespace })}${isDefault ? '' : `:${port}`}`;
}
