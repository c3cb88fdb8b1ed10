import type { ResourceType } from '../resource.ts';

export interface Target {
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly subresource?: string | undefined;
}

/** Such as /apis/batch/v1/namespaces/default/jobs/aapl. */
export function resourcePath(type: ResourceType, { namespace, name, subresource }: Target): string {
  const parts = [versionPath(type)];
  if (namespace !== undefined) parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(type.plural);
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource !== undefined) parts.push(subresource);
  return parts.join('/');
}

/** Such as /apis/batch/v1, which lists the kinds that the server has. */
export function versionPath({ group, version }: ResourceType): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** `?a=1&b=2` of the parameters that are defined, or ''. */
export function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
