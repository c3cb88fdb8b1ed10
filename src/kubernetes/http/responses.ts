/** Parses the bodies of responses. */
import { ApiError, type ObjectList } from '../client.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../resource.ts';

/** @throws ApiError with reason Garbage */
export function parseBody<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiError(0, 'Garbage', `the response is not JSON: ${body.slice(0, 100)}`, error);
  }
}

/**
 * Items of built-in kinds come without apiVersion and kind, which are added.
 * @throws ApiError with reason Garbage
 */
export function readList(type: ResourceType, body: string): ObjectList {
  const { items, metadata } = parseBody<{
    items: readonly KubernetesObject[] | null;
    metadata: { resourceVersion: string; continue?: string };
  }>(body);
  const identity = { apiVersion: apiVersionOf(type), kind: type.kind };
  return {
    items: (items ?? []).map(item => ({ ...identity, ...item })),
    resourceVersion: metadata.resourceVersion,
    ...(metadata.continue ? { continue: metadata.continue } : {}),
  };
}
