/** An Event as the API server takes it. */
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
  /** What was done or failed, CamelCase, such as Promote. */
  readonly action: string;
  /** For people; cut to 1,024 bytes. */
  readonly note: string;
}

/** Who reports it. */
export interface Reporter {
  readonly controller: string;
  readonly instance: string;
}

/** As events.k8s.io/v1 has it, through which they can be read too; bytes. */
const NOTE_LIMIT = 1024;
/** The same for names of instances; characters. */
const INSTANCE_LIMIT = 128;
/** What is left of an object's name in the event's, which may have 253 characters; the hash tells them apart. */
const NAME_LIMIT = 230;

/** The same for the same words about the same object, so that a repeat is found, by another process too. */
export function eventName({ regarding, type, reason, action, note }: EventRecord): string {
  const hash = createHash('sha256').update(JSON.stringify([regarding.uid, type, reason, action, note]));
  return `${regarding.name.slice(0, NAME_LIMIT).replace(/[-.]+$/, '')}.${hash.digest('hex').slice(0, 16)}`;
}

/** The event as it is first written. */
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
    message: cutToBytes(note, NOTE_LIMIT),
    involvedObject: regarding,
    firstTimestamp: timestamp(time),
    ...repeated(time, count),
  };
}

/** What changes when it happens again. */
export function repeated(time: number, count: number) {
  return { count, lastTimestamp: timestamp(time) };
}

/** The API keeps whole seconds. */
function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** The longest beginning that fits, without half a character; what is cut ends in an ellipsis. */
export function cutToBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  const ellipsis = '…';
  let end = bytes - Buffer.byteLength(ellipsis);
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end) + ellipsis;
}
