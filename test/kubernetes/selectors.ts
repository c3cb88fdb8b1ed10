import type { KubernetesObject } from '../../src/kubernetes/resource.ts';

/** Whether an object matches a label selector: `a`, `!a`, `a=b`, `a==b` and `a!=b`, joined by commas. */
export function matches(object: KubernetesObject, selector: string | null): boolean {
  const labels = (object.metadata.labels ?? {}) as Record<string, string>;
  return (selector ?? '')
    .split(',')
    .filter(term => term !== '')
    .every(term => {
      const [, label = '', operator, value] = /^([^!=]+?)(!=|==?)(.*)$/.exec(term) ?? [];
      if (operator !== undefined) return (labels[label] === value) === (operator !== '!=');
      return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels;
    });
}
