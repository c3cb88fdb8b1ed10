/** The interface of a Kubernetes client. Every failure is an ApiError. */
import type { KubernetesObject, ResourceType } from './resource.ts';

/** A response without success, or no response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 if there was no response. */
  readonly code: number;
  /**
   * `Status.reason`, such as AlreadyExists, Conflict, NotFound, Invalid, Expired; the network's error code if there
   * was no response; '' if neither is known.
   */
  readonly reason: string;
  /** Whether the request was sent again after a lost connection: the first one may have been carried out. */
  readonly isResent: boolean;

  constructor(code: number, reason: string, message: string, cause?: unknown, isResent = false) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.isResent = isResent;
  }
}

export interface ListOptions {
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
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
  /** The server ends the watch after this time. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Called when the server has accepted the watch, before the first event. */
  readonly opened?: () => void;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** A `Status` if the type is ERROR. */
  readonly object: KubernetesObject;
}

export interface DeleteOptions {
  /** Precondition: deletes only the object with this uid. */
  readonly uid?: string;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
}

export interface ApplyOptions {
  readonly subresource?: 'status';
  /** Whether to take over fields that other managers have set to other values. Default true. */
  readonly force?: boolean;
}

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * For namespaced objects. All methods throw ApiError. Every write except that of a status fails with BadRequest if the
 * object has a field unknown to the server.
 */
export interface KubernetesClient {
  /** Null if it does not exist. */
  get(type: ResourceType, namespace: string, name: string): Promise<KubernetesObject | null>;
  list(type: ResourceType, options: ListOptions): Promise<ObjectList>;
  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** POST. */
  create(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject>;
  /**
   * Server-side apply. Fails with Conflict if the metadata have a resourceVersion that is not current or a uid that is not
   * the object's, and without force if another manager has set an applied field to another value.
   */
  apply(type: ResourceType, object: KubernetesObject, options?: ApplyOptions): Promise<KubernetesObject>;
  /** JSON patch. Fails with Invalid if a test fails. */
  patch(
    type: ResourceType,
    namespace: string,
    name: string,
    operations: readonly JsonPatchOperation[],
  ): Promise<KubernetesObject>;
  /** JSON merge patch. */
  merge(type: ResourceType, namespace: string, name: string, patch: unknown): Promise<KubernetesObject>;
  /** PUT; fails with Conflict unless the resourceVersion is current. */
  replace(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject>;
  /** False if there was nothing to delete. */
  delete(type: ResourceType, namespace: string, name: string, options: DeleteOptions): Promise<boolean>;
  /** Whether the server has the kind. */
  serves(type: ResourceType): Promise<boolean>;
}
