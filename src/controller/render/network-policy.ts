/**
 * The NetworkPolicies of a Model. They deny by default: servers have no connection out, pods of stages none in either
 * direction, and those that fetch bars (Fetch and Score) only DNS and the source. Policies add up, so the policy for all pods
 * of stages denies, and the one for those that fetch allows.
 */
import { components, labels } from '../../api/group.ts';
import type { ServingSpec } from '../../api/model.ts';
import { sourceVariables } from '../../api/sources.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type {
  Json,
  V1NetworkPolicy,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicySpec,
} from '../../kubernetes/types.ts';
import { fetchPolicyName, jobsPolicyName } from '../names.ts';
import type { Settings } from '../observation.ts';
import { networkPolicies } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

type Policy = Manifest<V1NetworkPolicy>;
type Peers = readonly Json<V1NetworkPolicyPeer>[];
type Egress = Json<V1NetworkPolicyEgressRule>;

const podsOfNamespace: Peers = [{ podSelector: {} }];
const podsOfCluster: Peers = [{ namespaceSelector: {} }];

/** Null when the servers are not restricted. */
export function renderServerPolicy(
  model: Owner,
  { networkPolicy, service }: Pick<ServingSpec, 'networkPolicy' | 'service'>,
  settings: Settings,
): Policy | null {
  const enabled = networkPolicy === undefined ? settings.networkPolicies !== null : networkPolicy.enabled;
  if (!enabled) return null;
  return renderChild<V1NetworkPolicy>(networkPolicies, model, {
    podSelector: { matchLabels: serverSelector(model.name) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: serverIngress(networkPolicy, service),
    egress: [],
  });
}

/**
 * With a field `networkPolicy`, its peers, by default the pods of the namespace. Without one, all pods of the cluster, and
 * everyone if the Service is open to the outside.
 */
function serverIngress(networkPolicy: ServingSpec['networkPolicy'], { type }: ServingSpec['service']) {
  const ports = [{ protocol: 'TCP', port: httpPort }];
  if (networkPolicy === undefined) {
    return [type === 'ClusterIP' ? { from: podsOfCluster, ports } : { ports }];
  }
  // The API server validates the user's peers.
  const from = (networkPolicy.from as Peers | undefined) ?? podsOfNamespace;
  // In a rule, an empty list of peers allows everyone; in the Model's spec it allows no one.
  return from.length === 0 ? [] : [{ from, ports }];
}

/** Denies pods of stages and of Score Jobs every connection; null when they are not restricted. */
export function renderJobsPolicy(model: Owner, { networkPolicies: enabled }: Settings): Policy | null {
  if (enabled === null) return null;
  const component = { key: labels.component, operator: 'In', values: [components.stage, components.score] };
  return named(jobsPolicyName(model.name), model, {
    podSelector: { matchLabels: { [labels.model]: model.name }, matchExpressions: [component] },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  });
}

/** Allows pods that fetch bars DNS, the source, and what the operator's settings add; null when they are not restricted. */
export function renderFetchPolicy(model: Owner, settings: Settings): Policy | null {
  if (settings.networkPolicies === null) return null;
  const stage = { key: labels.stage, operator: 'In', values: ['fetch', scoreName.toLowerCase()] };
  const { egress } = settings.networkPolicies;
  return named(fetchPolicyName(model.name), model, {
    podSelector: { matchLabels: { [labels.model]: model.name }, matchExpressions: [stage] },
    policyTypes: ['Egress'],
    egress: [
      dns,
      sourceEgress(settings.sourceEnvironment[sourceVariables.yahooHost]),
      // The API server validates them.
      ...(egress as readonly Egress[]),
    ],
  });
}

function named(name: string, model: Owner, spec: Json<V1NetworkPolicySpec>): Policy {
  const policy = renderChild<V1NetworkPolicy>(networkPolicies, model, spec);
  return { ...policy, metadata: { ...policy.metadata, name } };
}

const dns: Egress = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** Private, shared, link-local (with the metadata service of clouds), loopback and multicast addresses. */
const notPublic = {
  v4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '224.0.0.0/3',
  ],
  v6: ['::/96', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
};

const publicAddresses: Peers = [
  { ipBlock: { cidr: '0.0.0.0/0', except: notPublic.v4 } },
  { ipBlock: { cidr: '::/0', except: notPublic.v6 } },
];

/**
 * @param host the operator's option: a host, or an origin such as `http://yahoo.test:8080`; undefined for Yahoo's own.
 * Another host may have a private address, so the port alone restricts it. Of a Service, policies see the pods and their ports.
 */
function sourceEgress(host: string | undefined): Egress {
  if (host === undefined || host === '') return httpsTo(publicAddresses);
  const text = host.includes('://') ? host : `https://${host}`;
  // Fetch reports an invalid host.
  if (!URL.canParse(text)) return httpsTo(publicAddresses);
  const { hostname, port, protocol } = new URL(text);
  const namespace = /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(hostname)?.[1];
  if (namespace !== undefined) {
    return { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }] };
  }
  const ports = [{ protocol: 'TCP', port: Number(port) || (protocol === 'http:' ? 80 : 443) }];
  const address = hostname.replace(/^\[|\]$/g, '');
  if (/^[\d.]+$/.test(address)) return { to: [{ ipBlock: { cidr: `${address}/32` } }], ports };
  if (address.includes(':')) return { to: [{ ipBlock: { cidr: `${address}/128` } }], ports };
  return { ports };
}

function httpsTo(to: Peers): Egress {
  return { to, ports: [{ protocol: 'TCP', port: 443 }] };
}
