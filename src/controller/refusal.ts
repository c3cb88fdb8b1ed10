/** Which errors of the API server reject an object, and which of these rejections may end without a change to it. */
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

/** Whether the error is a refusal, which a status reports; any other error is retried without a report. */
export function isRefusal(action: Action, error: ApiError): boolean {
  const writes = action.kind === 'Create' || action.kind === 'Apply';
  return !isRetryable(error) || (writes && temporaryReason(error) !== null);
}

/** The refusal of an action, for the next decision. */
export function refusalOf(action: Action, error: ApiError): Refusal {
  const { message } = error;
  const reason = unknownField.test(message) ? 'BadRequest' : error.reason;
  const temporary = temporaryReason(error);
  return {
    kind: action.type.kind,
    name: objectName(action),
    reason,
    message,
    ...(temporary !== null && { temporary }),
  };
}

/** Why the same object may be accepted later; null when it will not be, or when the error is about no object. */
function temporaryReason({ code, message }: ApiError): NonNullable<Refusal['temporary']> | null {
  if (code === 403 && /exceeded quota|status unknown for quota/.test(message)) return 'QuotaExceeded';
  if (code >= 500 && message.includes('failed calling webhook')) return 'AdmissionUnavailable';
  return null;
}
