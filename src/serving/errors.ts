/** Every error that a client can get: its code, its status and its format, `{"error": {code, message, details}}`. */

/** CamelCase codes, like the reasons of the operator's conditions, each with its HTTP status. */
export const errorStatus = {
  MalformedRequest: 400,
  EmptyBody: 400,
  InvalidJson: 400,
  InvalidMultipart: 400,
  InvalidGzip: 400,
  Unauthorized: 401,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestTimeout: 408,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  UnsupportedEncoding: 415,
  InvalidBody: 422,
  InvalidFields: 422,
  EmptyTable: 422,
  InvalidHeader: 422,
  InvalidRow: 422,
  TooFewRows: 422,
  TooManyRequests: 429,
  HeadersTooLarge: 431,
  ClientClosedRequest: 499,
  Internal: 500,
  ModelNotReady: 503,
  Busy: 503,
  TokensUnavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What each code means, for the OpenAPI document. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  MalformedRequest: 'the request is not valid HTTP',
  EmptyBody: 'the body is empty',
  InvalidJson: 'the body is not JSON',
  InvalidMultipart: 'the form is truncated, or does not contain exactly one file',
  InvalidGzip: 'the gzip data is truncated or damaged, or the body is not gzip',
  Unauthorized: 'the request has no accepted token; send Authorization: Bearer <token>',
  NotFound: 'there is nothing at this path',
  MethodNotAllowed:
    'the path does not support this method; the Allow header lists the methods that it supports',
  NotAcceptable: 'the Accept header matches no available content type; details.available lists them',
  RequestTimeout: 'headers or body did not arrive in time',
  BodyTooLarge: 'the body is larger than the limit in details.limitBytes',
  UnsupportedMediaType: 'the content type is none of details.supported',
  UnsupportedEncoding: 'the content encoding is not supported here',
  InvalidBody: 'the body does not match the schema',
  InvalidFields: 'details.fields names each wrong field and why',
  EmptyTable: 'the table has no rows',
  InvalidHeader: "the table's header names neither bars nor the model's indicators",
  InvalidRow: 'a row is wrong; its number is in details.line',
  TooFewRows:
    'the upload is larger than its valid rows explain: see details.limitBytes and details.bytesPerRow',
  TooManyRequests:
    'the client has sent more requests than its limit; the Retry-After header has the seconds to wait',
  HeadersTooLarge: 'the headers are larger than 16 KiB',
  ClientClosedRequest: 'the client went away; for logs and metrics, since no client receives this answer',
  Internal: 'the server failed; see its log for the cause',
  ModelNotReady: 'the model is loading, or its files are not what they should be: see GET /health',
  Busy: 'more uploads at once than the server takes; try again later',
  TokensUnavailable: 'the server cannot read its tokens, so it accepts none; see its log',
};

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** An answer other than success. Any other thrown value becomes `Internal`, without its text. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorStatus[this.code];
  }

  /** The JSON that the client gets. */
  get body(): ErrorBody {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}

/** An HttpError itself. Anything else is a bug and becomes `Internal`, which does not expose its text. */
export function asHttpError(error: unknown): HttpError {
  return error instanceof HttpError ? error : new HttpError('Internal', 'the server failed; see its log');
}
