/** The NetworkPolicy of a Model: some may call its servers, and its servers call nobody. */
import type { ServingSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { networkPolicies } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { httpPort } from './deployment.ts';

/** Every pod of the Model's namespace. */
const neighbours = [{ podSelector: {} }];

export function renderNetworkPolicy(
  model: Owner,
  { from = neighbours }: NonNullable<ServingSpec['networkPolicy']>,
): KubernetesObject {
  // An empty list of peers would let everybody in, where it is meant to let in nobody.
  const ingress = from.length === 0 ? [] : [{ from, ports: [{ protocol: 'TCP', port: httpPort }] }];
  return renderChild(networkPolicies, model, {
    podSelector: { matchLabels: serverSelector(model.name) },
    policyTypes: ['Ingress', 'Egress'],
    ingress,
    egress: [],
  });
}
