/**
 * Rules over several fields, each defined once: zod enforces `check`, the API server enforces `cel`, and both use the same
 * message. The CRD generator reads the CEL from the schema's metadata.
 */
import type { z } from 'zod';

/** A rule that only the API server enforces, such as a transition rule, which needs the old value. */
export interface ClusterRule {
  /** In the Common Expression Language; `self` is the new value, `oldSelf` the old value. */
  readonly cel: string;
  /** Follows the field's name in the full message, as in "risk.horizonDays must be at most …". */
  readonly message: string;
  /** The invalid field, relative to the value. */
  readonly path: readonly string[];
}

export interface Rule<T> extends ClusterRule {
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
export function withTransitionRules<S extends z.ZodType>(schema: S, rules: readonly ClusterRule[]): S {
  return withValidations(schema, rules);
}

/**
 * Adds rules to a schema that apply in the cluster only: a file with the object may break them in a local run, and an object
 * that was stored before a rule was added may be read. The API server does not check them for a value that an update leaves
 * as it is.
 */
export function withClusterRules<S extends z.ZodType>(schema: S, rules: readonly ClusterRule[]): S {
  return withValidations(schema, rules);
}

function withValidations<S extends z.ZodType>(schema: S, rules: readonly ClusterRule[]): S {
  const before = (schema.meta()?.[validationsKey] ?? []) as readonly Validation[];
  const added = rules.map(({ cel, message, path }) => ({
    rule: cel,
    message: `${path.join('.')} ${message}`.trim(),
    fieldPath: `.${path.join('.')}`,
  }));
  return schema.meta({ [validationsKey]: [...before, ...added] }) as S;
}
