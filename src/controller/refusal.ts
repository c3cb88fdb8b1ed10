/** Which errors of the API server are final: the same request would fail again. */
import type { ApiError } from '../kubernetes/client.ts';
import type { Refusal } from './observation.ts';
import { type Action, objectName } from './plan.ts';

/** The message of server-side apply for an unknown field. Its status code is 500, as for an internal error. */
const unknownField = /^failed to create typed patch object/;

/** Whether the same request may succeed later. A rejection of the object itself is final. */
export function isRetryable({ code, message }: ApiError): boolean {
  // A missing permission can be granted later. Any other 403 rejects the object, as a quota or a webhook does.
  if (code === 403) return message.includes('cannot ') && message.includes(' resource ');
  return code !== 400 && code !== 422 && !unknownField.test(message);
}

/** The refusal of an action, for the next decision. */
export function refusalOf(action: Action, error: ApiError): Refusal {
  const { message } = error;
  const reason = unknownField.test(message) ? 'BadRequest' : error.reason;
  return { kind: action.type.kind, name: objectName(action), reason, message };
}
