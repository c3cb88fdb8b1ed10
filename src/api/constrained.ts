/**
 * A rule over several fields, stated once: `check` is what zod enforces here, `cel` the same rule as the API server
 * enforces it, and both give the same message. The CRD generator reads the CEL from the schema's metadata.
 */
import type { z } from 'zod';

/** A rule over a change, which the API server alone can judge: it has the old value and the new. */
export interface ChangeRule {
  /** In the Common Expression Language; `self` is the new value, `oldSelf` the old one. */
  readonly cel: string;
  /** Reads on from the field's name, as in "risk.horizonDays must be at most …". */
  readonly message: string;
  /** The field at fault, relative to the value. */
  readonly path: readonly string[];
}

export interface Rule<T> extends ChangeRule {
  /** True when the value is right; sees the value with its defaults, and says what `cel` says of `self`. */
  readonly check: (value: T) => boolean;
}

/** Where a schema's metadata keeps its rules: the CRD's own word. */
const validationsKey = 'x-kubernetes-validations';

/** One rule as a CRD has it. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath: string;
}

/** The schema with rules added. */
export function constrained<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  let result: S = schema;
  for (const { check, message, path } of rules) {
    result = result.refine(value => check(value as z.output<S>), { message, path: [...path] }) as S;
  }
  return withValidations(result, rules);
}

/** The schema with rules over changes added; they bind in the cluster only. */
export function unchanging<S extends z.ZodType>(schema: S, rules: readonly ChangeRule[]): S {
  return withValidations(schema, rules);
}

function withValidations<S extends z.ZodType>(schema: S, rules: readonly ChangeRule[]): S {
  const before = (schema.meta()?.[validationsKey] ?? []) as readonly Validation[];
  const added = rules.map(({ cel, message, path }) => ({
    rule: cel,
    message: `${path.join('.')} ${message}`.trim(),
    fieldPath: `.${path.join('.')}`,
  }));
  return schema.meta({ [validationsKey]: [...before, ...added] }) as S;
}
