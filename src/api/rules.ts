/**
 * Rules over several fields, each defined once: zod enforces `check`, the API server enforces `cel`, and both use the same
 * message. The CRD generator reads the CEL from the schema's metadata.
 */
import type { z } from 'zod';

/** A transition rule. Only the API server can enforce it, since it needs the old value. */
export interface TransitionRule {
  /** In the Common Expression Language; `self` is the new value, `oldSelf` the old value. */
  readonly cel: string;
  /** Follows the field's name in the full message, as in "risk.horizonDays must be at most …". */
  readonly message: string;
  /** The invalid field, relative to the value. */
  readonly path: readonly string[];
}

export interface Rule<T> extends TransitionRule {
  /** Whether the value, with its defaults, is valid; equivalent to `cel`. */
  readonly check: (value: T) => boolean;
}

/** Key of the rules in a schema's metadata, as in a CRD. */
const validationsKey = 'x-kubernetes-validations';

/** A rule in a CRD. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath: string;
}

/** Adds rules to a schema. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  let result: S = schema;
  for (const { check, message, path } of rules) {
    result = result.refine(value => check(value as z.output<S>), { message, path: [...path] }) as S;
  }
  return withValidations(result, rules);
}

/** Adds transition rules to a schema. They apply in the cluster only. */
export function withTransitionRules<S extends z.ZodType>(schema: S, rules: readonly TransitionRule[]): S {
  return withValidations(schema, rules);
}

function withValidations<S extends z.ZodType>(schema: S, rules: readonly TransitionRule[]): S {
  const before = (schema.meta()?.[validationsKey] ?? []) as readonly Validation[];
  const added = rules.map(({ cel, message, path }) => ({
    rule: cel,
    message: `${path.join('.')} ${message}`.trim(),
    fieldPath: `.${path.join('.')}`,
  }));
  return schema.meta({ [validationsKey]: [...before, ...added] }) as S;
}
