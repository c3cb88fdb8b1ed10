/** Specs for every field of a kind: valid ones, with other fields where a rule needs them, and wrong ones. */
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';
import { isTransition, type Problem, problemsOf } from './admission.ts';
import { type Value, valuesOf, type Wrong } from './values.ts';

export type Spec = Readonly<Record<string, unknown>>;

export interface Case {
  /** Without indexes and keys, such as `spec.stages[].name`. */
  readonly field: string;
  /** The field that a refusal must name, such as `spec.stages[0].name`. */
  readonly at: string;
  readonly what: string;
  readonly wrong: Wrong;
  /** Only the fields that matter; all others have their defaults. */
  readonly spec: Spec;
}

/** The name of the object in which rules are checked. */
const name = 'sample';

/**
 * Every case of a kind.
 * @param schema of the whole object
 * @throws Error if a field has no valid value, or if no values break a rule
 */
export function casesOf(schema: StructuralSchema): Case[] {
  const { spec } = schema.properties ?? {};
  if (spec === undefined) throw new Error('no spec');
  const broken = new Set<string>();
  const cases = [...valuesOf(spec, 'spec')].flatMap(value => caseOf(schema, value, broken));
  for (const rule of rulesOf(spec, 'spec')) {
    if (!broken.has(keyOf(rule))) cases.push(breakRule(schema, rule));
  }
  const usable = new Set(cases.filter(({ wrong }) => wrong === null).map(({ field }) => field));
  const forbidden = [...rulesOf(spec, 'spec')].flatMap(forbiddenField);
  const unusable = cases.find(
    ({ wrong, field }) => wrong === 'contradiction' && !usable.has(field) && !forbidden.includes(field),
  );
  if (unusable !== undefined) throw new Error(`no value of ${unusable.field} is possible`);
  return cases;
}

/** A spec at the limit of one field may break a rule: then it is a contradiction, and another one mends it. */
function caseOf(schema: StructuralSchema, value: Value, broken: Set<string>): Case[] {
  const { what, wrong } = value;
  const one: Case = {
    field: `spec${value.field}`,
    at: `spec${value.at}`,
    what,
    wrong,
    spec: value.value as Spec,
  };
  if (wrong !== null) return [one];
  const problems = problemsIn(schema, one.spec);
  if (problems.length === 0) return [one];
  for (const { rule } of problems) {
    if (rule === undefined) throw new Error(`${one.at} (${what}): ${JSON.stringify(problems)}`);
    broken.add(keyOf(rule));
  }
  const { field: at = '' } = problems[0] ?? {};
  const mended = mend(schema, one.spec, one.at, 0);
  return [
    { ...one, at, what: `${what}, against a rule`, wrong: 'contradiction' },
    ...(mended === null ? [] : [{ ...one, spec: mended }]),
  ];
}

function problemsIn(schema: StructuralSchema, spec: Spec): Problem[] {
  return problemsOf(schema, { metadata: { name }, spec });
}

/** The spec with values of other fields so that no rule is broken; null if there are none. */
function mend(schema: StructuralSchema, spec: Spec, fixed: string, depth: number): Spec | null {
  const [problem] = problemsIn(schema, spec);
  if (problem === undefined) return spec;
  const { rule } = problem;
  if (rule === undefined || depth === 4) return null;
  for (const path of referencesOf(rule)) {
    if (isWithin(fixed, path)) continue;
    for (const candidate of candidatesFor(schema, path)) {
      const changed = withValue(spec, path, candidate);
      const isBetter = !problemsIn(schema, changed).some(
        other => other.rule === undefined || keyOf(other.rule) === keyOf(rule),
      );
      const result = isBetter ? mend(schema, changed, fixed, depth + 1) : null;
      if (result !== null) return result;
    }
  }
  return null;
}

interface RuleAt {
  readonly text: string;
  /** The path of the rule's `self`. */
  readonly self: string;
}

/** For a rule that no single value breaks: values of two fields that do. */
function breakRule(schema: StructuralSchema, rule: RuleAt): Case {
  const [first, ...others] = referencesOf(rule);
  for (const second of others.length > 0 ? others : [first]) {
    for (const left of candidatesFor(schema, first ?? '')) {
      for (const right of candidatesFor(schema, second ?? '')) {
        const spec = withValue(withValue({}, first ?? '', left), second ?? '', right);
        const problems = problemsIn(schema, spec);
        const problem = problems.find(found => found.rule !== undefined && keyOf(found.rule) === keyOf(rule));
        if (problem !== undefined && problems.every(found => found.rule !== undefined)) {
          const { field } = problem;
          return { field, at: field, what: 'two fields against a rule', wrong: 'contradiction', spec };
        }
      }
    }
  }
  throw new Error(`no values break the rule ${rule.text} of ${rule.self}`);
}

/** The field that a rule such as `!has(self.path)` forbids altogether. */
function forbiddenField({ text, self }: RuleAt): string[] {
  const [, name] = /^!has\(self\.(\w+)\)$/.exec(text) ?? [];
  return name === undefined ? [] : [`${self}.${name}`];
}

function keyOf({ text, self }: RuleAt): string {
  return `${self}|${text}`;
}

/** The rules of a schema apart from those about changes; rules about items of lists are left to single values. */
function* rulesOf(node: StructuralSchema, path: string): Generator<RuleAt> {
  for (const { rule } of node['x-kubernetes-validations'] ?? []) {
    if (!isTransition(rule)) yield { text: rule, self: path };
  }
  for (const [name, field] of Object.entries(node.properties ?? {})) yield* rulesOf(field, `${path}.${name}`);
}

/** The paths that a rule reads, without duplicates. */
function referencesOf({ text, self }: RuleAt): string[] {
  const paths = [...text.matchAll(/\bself((?:\.[A-Za-z]+(?!\w*\())+)/g)].map(([, path]) => `${self}${path}`);
  return [...new Set(paths.map(path => path.replace(/^\./, '')))].filter(path => path.startsWith('spec'));
}

const candidates = new WeakMap<StructuralSchema, unknown[]>();

/** Valid values of the field, then its absence. */
function candidatesFor(schema: StructuralSchema, path: string): unknown[] {
  const node = stepsOf(path).reduce<StructuralSchema | undefined>(
    (at, step) => (typeof step === 'number' ? at?.items : at?.properties?.[step]),
    schema,
  );
  if (node === undefined) return [];
  const before = candidates.get(node);
  if (before !== undefined) return before;
  const values = [...valuesOf(node, path)].filter(({ wrong }) => wrong === null).map(({ value }) => value);
  const all = [...values, undefined];
  candidates.set(node, all);
  return all;
}

function isWithin(fixed: string, path: string): boolean {
  return fixed === path || fixed.startsWith(`${path}.`) || fixed.startsWith(`${path}[`);
}

function withValue(spec: Spec, path: string, value: unknown): Spec {
  return replaced(spec, stepsOf(path).slice(1), value) as Spec;
}

function replaced(target: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const items = target as readonly unknown[];
    return items.map((item, index) => (index === step ? replaced(item, rest, value) : item));
  }
  const { [step]: below, ...others } = (target ?? {}) as Spec;
  const result = replaced(below, rest, value);
  return result === undefined ? others : { ...others, [step]: result };
}

/** `spec.stages[0].name` as `spec`, `stages`, 0 and `name`. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}
