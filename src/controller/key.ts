/** What the operator works on: one Model with all that belongs to it, as `namespace/name`. */

/** The key of a Model, whether it exists or is only named by runs. */
export function modelKey(namespace: string, model: string): string {
  return `${namespace}/${model}`;
}

/** The Model that a key stands for. */
export function splitModelKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
