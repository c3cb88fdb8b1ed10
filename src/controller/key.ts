/** What the operator works on: one Model with all that belongs to it, as `namespace/name`. */

export function modelKey(namespace: string, model: string): string {
  return `${namespace}/${model}`;
}

export function splitModelKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
