/** Content negotiation: the format of the answer, the treatment of bad rows, and how its body is wrapped. */
import type { Context } from 'koa';
import { HttpError } from '../errors.ts';
import type { OnError } from './block-reader.ts';
import type { Format } from './row-writer.ts';

const formats: Readonly<Record<string, Format>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
};

/** Types of a body that is the file itself. Windows calls CSV by Excel's name. */
const fileTypes = [
  'text/csv',
  'application/csv',
  'application/vnd.ms-excel',
  'application/gzip',
  'application/x-gzip',
];

/** @throws HttpError NotAcceptable. */
export function formatOf(context: Context): Format {
  const available = Object.keys(formats);
  const accepted = context.accepts(available);
  const type = typeof accepted === 'string' ? accepted : undefined;
  const format = type === undefined ? undefined : formats[type];
  if (format !== undefined) return format;
  throw new HttpError('NotAcceptable', `the answer can be ${available.join(', ')}`, { available });
}

/** The query parameter `on_error`. @throws HttpError InvalidFields for it or any other parameter. */
export function onErrorOf(context: Context): OnError {
  const unknown = Object.keys(context.query).find(name => name !== 'on_error');
  if (unknown !== undefined) throw wrongParameter(unknown, 'UnknownField', 'is unknown; there is on_error');
  const value = context.query.on_error ?? 'fail';
  if (value === 'fail' || value === 'skip') return value;
  throw wrongParameter('on_error', 'Invalid', 'must be fail or skip, once');
}

function wrongParameter(field: string, reason: string, message: string): HttpError {
  return new HttpError('InvalidFields', `query parameter ${field} ${message}`, {
    fields: [{ field, reason, message }],
  });
}

export interface BodyForm {
  readonly isForm: boolean;
  /** The whole body is compressed: `Content-Encoding`. */
  readonly isEncoded: boolean;
  /** The content type declares a compressed file. */
  readonly isGzipFile: boolean;
}

/** @throws HttpError UnsupportedMediaType or UnsupportedEncoding, naming what there is. */
export function bodyFormOf(context: Context): BodyForm {
  const encoding = context.get('content-encoding').trim().toLowerCase();
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw new HttpError('UnsupportedEncoding', `Content-Encoding ${encoding} is not supported; gzip is`, {
      supported: ['gzip', 'identity'],
    });
  }
  const type = context.get('content-type').split(';', 1)[0]!.trim().toLowerCase();
  const isForm = type === 'multipart/form-data';
  if (!isForm && !fileTypes.includes(type)) {
    const supported = ['multipart/form-data', ...fileTypes];
    const given = type === '' ? 'the request has no Content-Type' : `Content-Type ${type} is not supported`;
    throw new HttpError('UnsupportedMediaType', `${given}; send text/csv or a form with one file`, {
      supported,
    });
  }
  return { isForm, isEncoded: encoding.endsWith('gzip'), isGzipFile: type.endsWith('gzip') };
}
