/** Turns every failure of a request into an ApiError. */
import { ApiError } from '../client.ts';

/** The `Status` object with which the API server reports a failure. */
export interface Status {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** The error of a response without success; a body that is not a Status is quoted. */
export function responseError(code: number, body: string): ApiError {
  const status = parseStatus(body);
  if (status !== null) return statusError(status, code);
  return new ApiError(code, '', `HTTP status ${code} from the API server: ${body.slice(0, 200).trim()}`);
}

/** The error in a `Status`, such as that of a watch's ERROR event. */
export function statusError(status: Status, code = 0): ApiError {
  const reason = typeof status.reason === 'string' ? status.reason : '';
  const message =
    typeof status.message === 'string' ? status.message : `the API server responded with ${reason}`;
  return new ApiError(typeof status.code === 'number' ? status.code : code, reason, message);
}

/**
 * The error of a request without a response.
 * @param what names the request in the message
 */
export function networkError(what: string, error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error.code === 0 ? new ApiError(0, error.reason, `${what}: ${error.message}`, error) : error;
  }
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  return new ApiError(0, code, `${what}: ${message}`, error);
}

function parseStatus(body: string): Status | null {
  try {
    const value: unknown = JSON.parse(body);
    return isStatus(value) ? value : null;
  } catch {
    return null;
  }
}

/** Server-side apply rejects an unknown field with a Status that has no reason. */
function isStatus(value: unknown): value is Status {
  if (typeof value !== 'object' || value === null) return false;
  return 'reason' in value || ('kind' in value && value.kind === 'Status');
}
