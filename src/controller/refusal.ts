/** Which failures of the API server are its last word. */
import type { ApiError } from '../kubernetes/client.ts';
import type { Refusal } from './observation.ts';
import { type Action, objectName } from './plan.ts';

/** Server-side apply's words for a field that nobody knows; its code is 500, as of a server in trouble. */
const unknownField = /^failed to create typed patch object/;

/** Whether the same call may succeed another time; what the object itself is refused for never does. */
export function isRetryable({ code, message }: ApiError): boolean {
  // A role that lacks a right is the operator's trouble, not the object's: it is mended from outside.
  if (code === 403) return message.includes('cannot ') && message.includes(' resource ');
  return code !== 400 && code !== 422 && !unknownField.test(message);
}

/** The refusal of an action, as the next decision is told it. */
export function refusalOf(action: Action, error: ApiError): Refusal {
  const { message } = error;
  const reason = unknownField.test(message) ? 'BadRequest' : error.reason;
  return { kind: action.type.kind, name: objectName(action), reason, message };
}
