/** Builds Events and the log lines that accompany them. */
import { apiVersionOf, type ResourceType } from '../../kubernetes/resource.ts';
import type { Cached } from '../observation.ts';
import type { Announcements, EventIntent, Note } from '../plan.ts';
import { models } from '../resources.ts';

/** The content of an Event; `reason` is CamelCase. */
export type EventSpec = Pick<EventIntent, 'type' | 'reason' | 'message'>;

/** An Event about an object of the given kind. */
export function eventAbout(
  { namespace, name, uid }: Cached,
  type: ResourceType,
  spec: EventSpec,
): EventIntent {
  return { regarding: { apiVersion: apiVersionOf(type), kind: type.kind, namespace, name, uid }, ...spec };
}

/** The log line for an Event: every Event has one. */
export function noteOf({ type, reason, message }: EventSpec, about: Pick<Note, 'run' | 'stage'> = {}): Note {
  return { ...about, type, reason, message };
}

/** Events about a Model, each with its log line. */
export function modelAnnouncements(model: Cached, eventSpecs: readonly EventSpec[]): Announcements {
  return {
    events: eventSpecs.map(spec => eventAbout(model, models, spec)),
    notes: eventSpecs.map(spec => noteOf(spec)),
  };
}
