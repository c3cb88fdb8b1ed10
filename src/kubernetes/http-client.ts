/** The contract of client.ts over HTTP, with connections that are reused. */
import type { KubernetesClient } from './client.ts';

/** An API server with credentials. */
export interface Connection {
  readonly server: URL;
}

/** One call, for metrics. */
export interface Call {
  readonly method: string;
  readonly host: string;
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** To the first byte of the answer for a watch, to the last for everything else. */
  readonly seconds: number;
  /** The kind's plural; '' for discovery. */
  readonly resource: string;
}

/** Milliseconds. */
export interface TimeLimits {
  /** One attempt at anything but a watch. */
  readonly request: number;
  /** Until a watch begins to answer. */
  readonly firstByte: number;
}

export interface ClientOptions {
  /** Whose fields server-side apply sets. */
  readonly fieldManager: string;
  readonly userAgent?: string;
  /** Told of every attempt; must not throw. */
  readonly observe?: (call: Call) => void;
  readonly limits?: Partial<TimeLimits>;
}

/**
 * Where the API server is and how to prove who we are: from $KUBECONFIG, ~/.kube/config or the pod's service account, in this order.
 * @throws Error when none of them can be used
 */
export function loadConnection(): Connection {
  throw new Error('to be written');
}

/** A client of the API server over HTTP. */
export function createClient(
  connection: Connection,
  options: ClientOptions,
): KubernetesClient & { close(): void } {
  throw new Error('to be written', { cause: { connection, options } });
}
