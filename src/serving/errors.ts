/** Every error that a client can meet: its code, its status and its form, `{"error": {code, message, details}}`. */

/** CamelCase codes, as in the conditions of the operator, each with its HTTP status. */
export const errorStatus = {
  MalformedRequest: 400,
  EmptyBody: 400,
  InvalidJson: 400,
  InvalidMultipart: 400,
  InvalidGzip: 400,
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
  HeadersTooLarge: 431,
  ClientClosedRequest: 499,
  Internal: 500,
  ModelNotReady: 503,
  Busy: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What each means, for people who read the API's description. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  MalformedRequest: 'what arrived is not HTTP',
  EmptyBody: 'the body is empty',
  InvalidJson: 'the body is not JSON',
  InvalidMultipart: 'the form is cut off, or has other parts than one file',
  InvalidGzip: 'the gzip data is cut off or damaged, or no gzip at all',
  NotFound: 'there is nothing at this path',
  MethodNotAllowed: 'the path exists, but not for this method; the Allow header names the methods it takes',
  NotAcceptable: 'the Accept header names no form of the answer that there is; details.available does',
  RequestTimeout: 'headers or body did not arrive in time',
  BodyTooLarge: 'the body is larger than the limit in details.limitBytes',
  UnsupportedMediaType: 'the content type is none of details.supported',
  UnsupportedEncoding: 'the content encoding is not taken here',
  InvalidBody: 'the body is not of the wanted form',
  InvalidFields: 'details.fields names each wrong field and why',
  EmptyTable: 'the table has no rows',
  InvalidHeader: "the table's header names neither bars nor the model's indicators",
  InvalidRow: 'a row is wrong; details.line says which',
  HeadersTooLarge: 'the headers are larger than 16 KiB',
  ClientClosedRequest: 'the client went away; for logs and metrics, since nobody reads this answer',
  Internal: 'the server failed; its log says why',
  ModelNotReady: 'the model is loading, or its files are not what they should be: GET /health says which',
  Busy: 'more uploads at once than the server takes; try again later',
};

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** An answer other than success. Whatever is thrown and is none of these becomes `Internal`, without its text. */
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

/** The error itself when a client may see it; anything else is a bug, of which a client learns nothing. */
export function asHttpError(error: unknown): HttpError {
  return error instanceof HttpError ? error : new HttpError('Internal', 'the server failed; see its log');
}
