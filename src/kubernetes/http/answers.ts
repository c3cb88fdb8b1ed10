/** Bodies of answers as objects. */
import { ApiError, type ObjectList } from '../client.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../resource.ts';

/** @throws ApiError with reason Garbage */
export function parseAnswer<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiError(0, 'Garbage', `the answer is no JSON: ${body.slice(0, 100)}`, error);
  }
}

/**
 * Items of built-in kinds come without their kind: it is written back.
 * @throws ApiError with reason Garbage
 */
export function readList(type: ResourceType, body: string): ObjectList {
  const { items, metadata } = parseAnswer<{
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
