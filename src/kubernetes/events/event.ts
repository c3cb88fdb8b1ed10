/** Builds Event objects. */
import { createHash } from 'node:crypto';
import { apiVersionOf, EVENTS, type Manifest } from '../resource.ts';
import type { CoreV1Event } from '../types.ts';

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
  /** The action that was taken or failed, CamelCase, such as Promote. */
  readonly action: string;
  /** The message; truncated to 1,024 bytes. */
  readonly note: string;
}

/** The reporter of an Event. */
export interface Reporter {
  readonly controller: string;
  readonly instance: string;
}

/** Bytes; the limit of events.k8s.io/v1, which serves the same objects. */
const NOTE_LIMIT = 1024;
/** Characters; the limit of events.k8s.io/v1 for `reportingInstance`. */
const INSTANCE_LIMIT = 128;
/** How much of the object's name the Event's name contains, of at most 253 characters; the hash makes it unique. */
const NAME_LIMIT = 230;

/** Equal for equal Events about the same object, so that a repeat is recognised, also by another process. */
export function eventName({ regarding, type, reason, action, note }: EventRecord): string {
  const hash = createHash('sha256').update(JSON.stringify([regarding.uid, type, reason, action, note]));
  return `${regarding.name.slice(0, NAME_LIMIT).replace(/[-.]+$/, '')}.${hash.digest('hex').slice(0, 16)}`;
}

/** The Event as it is created. */
export function eventObject(
  name: string,
  event: EventRecord,
  { controller, instance }: Reporter,
  time: number,
  count: number,
): Manifest<CoreV1Event> {
  const { regarding, type, reason, action, note } = event;
  return {
    apiVersion: apiVersionOf(EVENTS),
    kind: EVENTS.kind,
    metadata: { namespace: regarding.namespace, name },
    source: { component: controller },
    reportingComponent: controller,
    reportingInstance: instance.slice(0, INSTANCE_LIMIT),
    type,
    reason,
    action,
    message: truncateToBytes(note, NOTE_LIMIT),
    involvedObject: regarding,
    firstTimestamp: timestamp(time),
    ...repeated(time, count),
  };
}

/** The fields that change when an Event is repeated. */
export function repeated(time: number, count: number) {
  return { count, lastTimestamp: timestamp(time) };
}

/** Times of the API without fractions of a second. */
function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** The longest prefix that fits without splitting a character; a truncated text ends with an ellipsis. */
export function truncateToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  const ellipsis = '…';
  let end = bytes - Buffer.byteLength(ellipsis);
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end) + ellipsis;
}
