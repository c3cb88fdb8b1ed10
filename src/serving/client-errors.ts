/** Answers to connections that never send a valid request: broken HTTP, headers too large or too slow. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RecordExchange } from '../observability/requests.ts';
import { type ErrorCode, HttpError } from './errors.ts';
import { jsonType, securityHeaders } from './headers.ts';

interface ParserError extends Error {
  readonly code?: string;
}

const codes: Readonly<Record<string, [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['HeadersTooLarge', 'the headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['RequestTimeout', 'the headers did not arrive in time'],
};

/** Codes of errors in HTTP. Others are those of the connection, such as a failed TLS handshake: nothing can be answered. */
const ofHttp = /^(HPE|ERR_HTTP)_/;

/** A listener for the server's `clientError`. */
export function answerClientErrors(record: RecordExchange): (error: ParserError, socket: Duplex) => void {
  return (cause, socket) => {
    // Node's own handler checks the same field: a started answer must not get a second head.
    const { _httpMessage: current } = socket as Duplex & { _httpMessage?: ServerResponse | null };
    if (!ofHttp.test(cause.code ?? '') || !socket.writable || current?.headersSent === true) {
      socket.destroy();
      return;
    }
    const [code, message] = codes[cause.code ?? ''] ?? [
      'MalformedRequest',
      'the request is not valid HTTP/1.1',
    ];
    const error = new HttpError(code, message);
    const body = JSON.stringify(error.body);
    const headers = {
      ...securityHeaders,
      'content-type': jsonType,
      'content-length': Buffer.byteLength(body),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}connection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    );
    // An error within a request's body is recorded with that request.
    if (current != null) return;
    record({
      requestId: '',
      method: 'none',
      route: 'unparsed',
      url: '',
      status: error.status,
      seconds: 0,
      code,
    });
  };
}
