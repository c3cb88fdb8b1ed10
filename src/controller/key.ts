/** The keys of the work queue: `namespace/name` of a Model. */

/** The key of a Model, which need not exist yet: its runs name it. */
export function modelKey(namespace: string, model: string): string {
  return `${namespace}/${model}`;
}

/** The namespace and the name of the Model. */
export function splitModelKey(key: string): { namespace: string; model: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), model: key.slice(slash + 1) };
}
