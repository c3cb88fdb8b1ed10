/** What the operator works on: one Model with all that belongs to it, as `namespace/name`. */

/** The key of a Model, whether it exists or is only named by runs. */
export function modelKey(namespace: string, model: string): string {
  return `${namespace}/${model}`;
}

/** The Model that a key stands for. */
export function splitModelKey(key: string): { namespace: string; model: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), model: key.slice(slash + 1) };
}
