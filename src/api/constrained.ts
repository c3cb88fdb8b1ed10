/**
 * A rule over several fields, stated once: `check` is what zod enforces here, `cel` the same rule as the API server
 * enforces it, and both give the same message. The CRD generator reads the CEL from the schema's metadata.
 */
import type { z } from 'zod';

export interface Rule<T> {
  /** True when the value is right; sees the value with its defaults. */
  readonly check: (value: T) => boolean;
  /** The same in the Common Expression Language; `self` is the value. */
  readonly cel: string;
  /** Reads on from the field's name, as in "risk.horizonDays must be at most …". */
  readonly message: string;
  /** The field at fault, relative to the value. */
  readonly path: readonly string[];
}

/** Where a schema's metadata keeps its rules: the CRD's own word. */
export const validationsKey = 'x-kubernetes-validations';

/** The schema with rules added. */
export function constrained<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  let result: S = schema;
  for (const { check, message, path } of rules) {
    result = result.refine(value => check(value as z.output<S>), { message, path: [...path] }) as S;
  }
  const validations = rules.map(({ cel, message, path }) => ({
    rule: cel,
    message: `${path.join('.')} ${message}`.trim(),
    fieldPath: `.${path.join('.')}`,
  }));
  return result.meta({ [validationsKey]: validations }) as S;
}
