/** JSON bodies, with helpful errors. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from './errors.ts';

/** @throws HttpError UnsupportedMediaType unless the body is declared as JSON. */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === 'application/json') return;
  if (type !== undefined && /^application\/([\w.-]+\+)?json *(;|$)/i.test(type)) return;
  throw new HttpError(
    'UnsupportedMediaType',
    type === undefined
      ? 'the content type is missing; send application/json'
      : `the content type is ${type}; send application/json`,
    { supported: ['application/json'] },
  );
}

/** @throws HttpError EmptyBody or InvalidJson. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new HttpError('EmptyBody', 'the body is empty; send a JSON object');
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidJson(text, error instanceof SyntaxError ? error.message : 'not JSON');
  }
}

const noNumber = /"([^"\\]{1,64})"\s*:\s*([-+]?(?:NaN|Infinity|inf))\b/i;

/** Python's `json.dumps` writes NaN and Infinity, which are not JSON. This common mistake has its own message. */
function invalidJson(text: string, message: string): HttpError {
  const match = noNumber.exec(text);
  if (match === null) return new HttpError('InvalidJson', `the body is not JSON: ${message}`);
  const [, field, value] = match;
  return new HttpError('InvalidJson', `${field} is ${value}, which is not JSON; send a finite number`, {
    fields: [{ field, reason: 'NotFinite', message: 'must be a finite number' }],
  });
}
