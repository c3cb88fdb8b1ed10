/** The NetworkPolicy of a Model: restricts who may connect to its servers, and allows them no connection out. */
import type { ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { Json, V1NetworkPolicy, V1NetworkPolicyPeer } from '../../kubernetes/types.ts';
import { networkPolicies } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

type Peers = readonly Json<V1NetworkPolicyPeer>[];

const allPodsOfNamespace: Peers = [{ podSelector: {} }];

export function renderNetworkPolicy(
  model: Owner,
  networkPolicy: NonNullable<ServingSpec['networkPolicy']>,
): Manifest<V1NetworkPolicy> {
  // The API server validates the user's peers.
  const from = (networkPolicy.from as Peers | undefined) ?? allPodsOfNamespace;
  // In a rule, an empty list of peers allows everyone; in the Model's spec it allows no one.
  const ingress = from.length === 0 ? [] : [{ from, ports: [{ protocol: 'TCP', port: httpPort }] }];
  return renderChild<V1NetworkPolicy>(networkPolicies, model, {
    podSelector: { matchLabels: serverSelector(model.name) },
    policyTypes: ['Ingress', 'Egress'],
    ingress,
    egress: [],
  });
}
