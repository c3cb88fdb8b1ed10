/** Every error that a client can meet: its code, its status and its form, `{"error": {code, message, details}}`. */

/** CamelCase codes, as in the conditions of the operator, with the HTTP status of each. */
export const errorStatus = {
  /** What arrived is not HTTP. */
  MalformedRequest: 400,
  EmptyBody: 400,
  InvalidJson: 400,
  /** A form that is cut off, or has other parts than one file. */
  InvalidMultipart: 400,
  /** Truncated or damaged, or not gzip although it is said to be. */
  InvalidGzip: 400,
  NotFound: 404,
  /** `Allow` names what is. */
  MethodNotAllowed: 405,
  /** `Accept` names no form that the answer can take; `details.available` does. */
  NotAcceptable: 406,
  /** Headers or body did not arrive in time. */
  RequestTimeout: 408,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  UnsupportedEncoding: 415,
  /** JSON, but no object of the wanted form. */
  InvalidBody: 422,
  /** `details.fields` names each field and what is wrong with it. */
  InvalidFields: 422,
  /** A table without any row. */
  EmptyTable: 422,
  /** A header that names neither bars nor the model's indicators. */
  InvalidHeader: 422,
  /** `details.line` says where. */
  InvalidRow: 422,
  HeadersTooLarge: 431,
  /** The client went away before its request was whole; nobody reads this answer, but logs and metrics do. */
  ClientClosedRequest: 499,
  Internal: 500,
  NotImplemented: 501,
  /** Loading, or the model's files are not what they should be: `GET /health` says which. */
  ModelNotReady: 503,
  /** More uploads at once than this server takes. */
  Busy: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

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
