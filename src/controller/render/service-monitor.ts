/** The ServiceMonitor of a Model, from which the Prometheus operator configures scrapes of its servers. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { V1LabelSelector } from '../../kubernetes/types.ts';
import { serviceMonitors } from '../resources.ts';
import { schemeOf } from './access.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';
import { serviceHost } from './service.ts';

interface KeyReference {
  readonly name: string;
  readonly key: string;
}

interface TlsConfig {
  readonly ca?: { readonly secret?: KeyReference; readonly configMap?: KeyReference };
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
}

/** The fields of monitoring.coreos.com/v1 that are used. */
interface ServiceMonitor {
  readonly spec: {
    readonly selector: V1LabelSelector;
    readonly endpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly interval: string;
      readonly scheme?: string;
      readonly tlsConfig?: TlsConfig;
      readonly authorization?: { readonly credentials: KeyReference };
    }[];
  };
}

/** The key of the token that Prometheus sends; a Secret of tokens may have others. */
const scrapeTokenKey = 'token';

export function renderServiceMonitor(
  model: Owner,
  serving: ServingSpec,
  { labels, intervalSeconds, tlsConfig }: NonNullable<ServingSpec['serviceMonitor']>,
): Manifest<ServiceMonitor> {
  const { auth, tls } = serving;
  const tokenSecret = auth?.metricsSecretName ?? auth?.secretName;
  return renderChild<ServiceMonitor>(
    serviceMonitors,
    model,
    {
      selector: { matchLabels: serverSelector(model.name) },
      endpoints: [
        {
          port: httpPort,
          path: '/metrics',
          interval: `${intervalSeconds}s`,
          ...(tls !== undefined && {
            scheme: schemeOf(serving),
            tlsConfig: {
              // Prometheus connects to the address of each pod, which no certificate has.
              serverName: serviceHost(model),
              ...(tlsConfig ?? { ca: { secret: { name: tls.secretName, key: 'ca.crt' } } }),
            },
          }),
          ...(tokenSecret !== undefined && {
            authorization: { credentials: { name: tokenSecret, key: scrapeTokenKey } },
          }),
        },
      ],
    },
    { labels },
  );
}
