/** What `/predict` takes and gives; the OpenAPI document is made from the same schemas. */
import { z } from 'zod';
import type { Feature } from '../../api/artifacts.ts';
import { HttpError } from '../errors.ts';

/** One indicator: a finite number within the bounds that no true value leaves. */
export function indicatorSchema(feature: Feature) {
  let number = z.number('must be a finite number');
  if (feature.minimum !== null) number = number.min(feature.minimum, `must be at least ${feature.minimum}`);
  if (feature.maximum !== null) number = number.max(feature.maximum, `must be at most ${feature.maximum}`);
  return number.describe(`${feature.description} (${feature.unit})`);
}

/** All of the model's indicators by name, and nothing else. */
export function predictRequestSchema(features: readonly Feature[]) {
  return z.strictObject(
    Object.fromEntries(features.map(feature => [feature.name, indicatorSchema(feature)])),
  );
}

const probability = z.number().min(0).max(1);

export const predictAnswerSchema = z.strictObject({
  predicted_return: z
    .number()
    .describe("The next bar's simple price return, a fraction: 0.01 is one percent."),
  risk_level: z.union([z.literal(0), z.literal(1), z.literal(2)]).describe('Low, Medium, High.'),
  risk: z.enum(['Low', 'Medium', 'High']),
  probabilities: z
    .strictObject({ low: probability, medium: probability, high: probability })
    .describe("Shares of the forest's votes."),
  model: z.strictObject({ name: z.string(), version: z.string() }),
});
export type PredictAnswer = z.output<typeof predictAnswerSchema>;

const reasons: Readonly<Record<string, string>> = {
  invalid_type: 'NotANumber',
  too_small: 'OutOfRange',
  too_big: 'OutOfRange',
  unrecognized_keys: 'UnknownField',
};

/** A refused object as an error that names every field that is wrong. */
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

/** `JSON.parse` makes `__proto__` a field of its own, which schemas overlook. */
export function prototypeError(): HttpError {
  return invalidFields([unknownField('__proto__')]);
}

function unknownField(field: string) {
  return { field, reason: 'UnknownField', message: 'is no indicator of this model' };
}

function invalidFields(fields: { field: string; reason: string; message: string }[]): HttpError {
  const { field, message } = fields[0]!;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return new HttpError('InvalidFields', `${field} ${message}${more}`, { fields });
}
