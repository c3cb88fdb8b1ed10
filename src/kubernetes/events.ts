/** Events (events.k8s.io/v1) about objects: for people, best effort, never in the way of the work. */

import type { KubernetesClient } from './client.ts';
import type { Clock } from './clock.ts';

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
}

export interface EventRecord {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase; at most 128 characters. */
  readonly reason: string;
  /** What was done or failed, CamelCase, such as Promote. */
  readonly action: string;
  /** For people; cut to 1,024 bytes. */
  readonly note: string;
}

export interface EventRecorderOptions {
  readonly client: Pick<KubernetesClient, 'create' | 'merge'>;
  /** Such as bellwether.dev/operator. */
  readonly controller: string;
  /** Of this process, such as the pod's name. */
  readonly instance: string;
  /** Told of events that could not be written. */
  readonly report?: (event: EventRecord, error: unknown) => void;
  /** Events that wait to be written; more are dropped and reported. Default 1,000. */
  readonly capacity?: number;
  readonly clock?: Clock;
}

export interface EventRecorder {
  /** Returns at once and never throws. */
  record(event: EventRecord): void;
  /** Writes what waits, for at most so many milliseconds; takes nothing new. */
  stop(milliseconds: number): Promise<void>;
}

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  throw new Error('to be written', { cause: options });
}
