/** The API server as the operator uses it. Every call is counted and timed; every failure is an ApiError. */
import type { KubernetesObject, ResourceType } from './resource.ts';

/** An answer that is no success, or none at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when the server could not be reached. */
  readonly code: number;
  /** `Status.reason`, such as AlreadyExists, Conflict, NotFound, Invalid, Expired; '' when there is none. */
  readonly reason: string;

  constructor(code: number, reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
  }
}

export interface ListOptions {
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly resourceVersion: string;
  /** The server ends the watch after this; the caller watches on. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Announcements when the server has agreed; events may be long in coming. */
  readonly opened?: () => void;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** A `Status` when the type is ERROR. */
  readonly object: KubernetesObject;
}

export interface DeleteOptions {
  /** Deletes only this very object. */
  readonly uid?: string;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
}

/** Namespaced objects only. All methods throw ApiError. */
export interface KubernetesClient {
  /** Null when there is none. */
  get(type: ResourceType, namespace: string, name: string): Promise<KubernetesObject | null>;
  list(type: ResourceType, options: ListOptions): Promise<ObjectList>;
  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** POST; fails with BadRequest where the object has a field that the server doesn't know. */
  create(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject>;
  /** Server-side apply with force, as `fieldManager`; with a resourceVersion in the metadata, only on that version. */
  apply(type: ResourceType, object: KubernetesObject, subresource?: 'status'): Promise<KubernetesObject>;
  /** JSON merge patch. */
  merge(type: ResourceType, namespace: string, name: string, patch: unknown): Promise<KubernetesObject>;
  /** PUT: fails with Conflict unless the resourceVersion is the current one. */
  replace(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject>;
  /** True when there was something to delete. */
  delete(type: ResourceType, namespace: string, name: string, options: DeleteOptions): Promise<boolean>;
  /** Whether the server knows the kind. */
  serves(type: ResourceType): Promise<boolean>;
}
