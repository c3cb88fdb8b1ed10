/** Validation errors of `/predict`. */
import type { z } from 'zod';
import { HttpError } from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  invalid_type: 'NotANumber',
  too_small: 'OutOfRange',
  too_big: 'OutOfRange',
  unrecognized_keys: 'UnknownField',
};

/** The error that names every wrong field of a refused body. */
export function fieldsError(value: unknown, error: z.ZodError): HttpError {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new HttpError('InvalidBody', 'the body must be a JSON object with one number for each indicator');
  }
  const fields = error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map(unknownField);
    const field = String(issue.path[0]);
    if (!Object.hasOwn(value, field)) return { field, reason: 'MissingField', message: 'is required' };
    const reason =
      typeof Reflect.get(value, field) === 'number' && issue.code === 'invalid_type'
        ? 'NotFinite'
        : reasons[issue.code];
    return { field, reason: reason ?? 'Invalid', message: issue.message };
  });
  return invalidFields(fields);
}

function unknownField(field: string) {
  return { field, reason: 'UnknownField', message: 'is not an indicator of this model' };
}

function invalidFields(fields: { field: string; reason: string; message: string }[]): HttpError {
  const { field, message } = fields[0]!;
  const more = fields.length > 1 ? ` (${fields.length - 1} more in details.fields)` : '';
  return new HttpError('InvalidFields', `${field} ${message}${more}`, { fields });
}
