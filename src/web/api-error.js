// @ts-check

/** A failed request, with the server's error message if there is one. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, code?: string, fields?: readonly {field: string, message: string}[]}} [about]
   *   status 0: the server was not reached
   */
  constructor(message, { status = 0, code = 'Unreachable', fields = [] } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/**
 * The `error` object of an answer as an ApiError.
 * @param {number} status
 * @param {{code: string, message: string, details?: {fields?: {field: string, message: string}[]}}} error
 */
export function apiError(status, { code, message, details }) {
  return new ApiError(message, { status, code, fields: details?.fields ?? [] });
}
