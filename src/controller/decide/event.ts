/** Events as a decision says them. */
import { apiVersionOf, type ResourceType } from '../../kubernetes/resource.ts';
import type { Cached } from '../observation.ts';
import type { Announcements, EventIntent, Note } from '../plan.ts';
import { models } from '../resources.ts';

/** What an Event says: `reason` is one CamelCase word. */
export type EventSpec = Pick<EventIntent, 'type' | 'reason' | 'message'>;

/** An Event about an object of the given kind. */
export function eventAbout(
  { namespace, name, uid }: Cached,
  type: ResourceType,
  saying: EventSpec,
): EventIntent {
  return { regarding: { apiVersion: apiVersionOf(type), kind: type.kind, namespace, name, uid }, ...saying };
}

/** The line of the log that says what an Event says: everything that is told has one. */
export function lineOf({ type, reason, message }: EventSpec, about: Pick<Note, 'run' | 'stage'> = {}): Note {
  return { ...about, type, reason, message };
}

/** What is said of a Model, in its Events and in the log. */
export function modelTells(model: Cached, eventSpecs: readonly EventSpec[]): Announcements {
  return {
    events: eventSpecs.map(saying => eventAbout(model, models, saying)),
    notes: eventSpecs.map(saying => lineOf(saying)),
  };
}
