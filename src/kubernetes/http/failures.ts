/** Every failure of a request as an ApiError. */
import { ApiError } from '../client.ts';

/** The API server's word on a failure. */
export interface Status {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** What an answer that is no success says; bodies that are no Status are quoted. */
export function answerError(code: number, body: string): ApiError {
  const status = parseStatus(body);
  if (status !== null) return statusError(status, code);
  return new ApiError(code, '', `the API server answered ${code}: ${body.slice(0, 200).trim()}`);
}

/** What a `Status` object says, such as the one in a watch's ERROR event. */
export function statusError(status: Status, code = 0): ApiError {
  const reason = typeof status.reason === 'string' ? status.reason : '';
  const message = typeof status.message === 'string' ? status.message : `the API server answered ${reason}`;
  return new ApiError(typeof status.code === 'number' ? status.code : code, reason, message);
}

/** What kept a request from being answered. */
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
    return typeof value === 'object' && value !== null && 'reason' in value ? value : null;
  } catch {
    return null;
  }
}
