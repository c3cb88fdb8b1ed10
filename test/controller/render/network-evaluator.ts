/** Whether NetworkPolicies allow a connection, by the rules of the Kubernetes documentation: policies of a pod add up. */
import { BlockList, isIP } from 'node:net';
import type { Manifest } from '../../../src/kubernetes/resource.ts';
import type {
  Json,
  V1LabelSelector,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
} from '../../../src/kubernetes/types.ts';

export type Policy = Manifest<V1NetworkPolicy>;

/** A pod, or an address outside of the cluster. */
export interface Endpoint {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly address: string;
  /** Numbers of named ports. */
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

/** Every namespace has its name as a label. */
const namespaceLabels = (name: string) => ({ 'kubernetes.io/metadata.name': name });

export function allows(policies: readonly Policy[], connection: Connection): boolean {
  return (
    allowsDirection(policies, connection, 'Egress', connection.from, connection.to) &&
    allowsDirection(policies, connection, 'Ingress', connection.to, connection.from)
  );
}

type Rule = { readonly from?: Peers; readonly to?: Peers; readonly ports?: Json<V1NetworkPolicyPort>[] };
type Peers = readonly Json<V1NetworkPolicyPeer>[];

/** An endpoint without a policy for the direction is not restricted. */
function allowsDirection(
  policies: readonly Policy[],
  connection: Connection,
  direction: 'Ingress' | 'Egress',
  pod: Endpoint,
  peer: Endpoint,
): boolean {
  const restricting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec?.policyTypes?.includes(direction) === true &&
      selects(spec.podSelector, pod.labels ?? {}),
  );
  if (restricting.length === 0) return true;
  return restricting.some(({ metadata: { namespace }, spec }) => {
    const rules = (direction === 'Ingress' ? spec?.ingress : spec?.egress) as readonly Rule[] | undefined;
    return (rules ?? []).some(rule => {
      const peers = direction === 'Ingress' ? rule.from : rule.to;
      return (
        (peers === undefined || peers.some(each => isPeer(each, peer, namespace ?? ''))) &&
        (rule.ports === undefined || rule.ports.some(port => isPort(port, connection)))
      );
    });
  });
}

function selects(
  selector: Json<V1LabelSelector> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`operator ${operator} is not implemented`);
      return values.includes(labels[key] ?? '');
    })
  );
}

function isPeer(peer: Json<V1NetworkPolicyPeer>, other: Endpoint, namespace: string): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (ipBlock !== undefined) {
    return (
      inBlock(ipBlock.cidr, other.address) &&
      !(ipBlock.except ?? []).some(cidr => inBlock(cidr, other.address))
    );
  }
  if (other.namespace === undefined) return false;
  const isNamespace =
    namespaceSelector === undefined
      ? other.namespace === namespace
      : selects(namespaceSelector, namespaceLabels(other.namespace));
  return isNamespace && selects(podSelector, other.labels ?? {});
}

function inBlock(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  if (isIP(network) !== isIP(address)) return false;
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return block.check(address, family);
}

function isPort({ port, protocol = 'TCP' }: Json<V1NetworkPolicyPort>, connection: Connection): boolean {
  const { to } = connection;
  const number = typeof port === 'string' ? to.ports?.[port] : port;
  return protocol === (connection.protocol ?? 'TCP') && (port === undefined || number === connection.port);
}
