/** An account's permissions according to the API server. */
import { execute } from '../../../support/cluster/kubectl.ts';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

export function serviceAccount(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** An account's permissions in a namespace, sorted: `group/resource verb`, with `[name]` if restricted to one object. */
export async function permissionsOf(account: string, namespace: string): Promise<string[]> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const args = ['create', '--raw', path, `--as=${account}`, '-f', '-'];
  const { status } = JSON.parse(await execute('kubectl', args, JSON.stringify(review)));
  if (status.incomplete) throw new Error(`incomplete list of permissions: ${status.evaluationError}`);
  return [...new Set((status.resourceRules as Rule[]).flatMap(permissions))].sort();
}

function permissions({ verbs, apiGroups, resources, resourceNames = [''] }: Rule): string[] {
  return apiGroups.flatMap(group =>
    resources.flatMap(resource =>
      resourceNames.flatMap(name =>
        verbs.map(verb => `${group}/${resource}${name === '' ? '' : `[${name}]`} ${verb}`),
      ),
    ),
  );
}
