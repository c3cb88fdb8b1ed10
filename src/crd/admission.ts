/**
 * The rules of `api/allowed.ts` for the API server, in the Common Expression Language: variables and validations of a
 * ValidatingAdmissionPolicy for each kind. The chart adds a variable for each list, with the values of the release.
 */
import {
  type AllowedRule,
  allowedRules,
  claimSuffix,
  type MessageParts,
  noKey,
  notAllowedMessage,
  reservedMessage,
} from '../api/allowed.ts';

interface Variable {
  readonly name: string;
  readonly expression: string;
}

interface Validation {
  readonly expression: string;
  readonly messageExpression: string;
  /** Instead of the expression's, if that is too long for the API server. */
  readonly message: string;
}

/** The part of a policy's spec that does not depend on the chart's values. */
export interface AdmissionRules {
  readonly variables: readonly Variable[];
  readonly validations: readonly Validation[];
}

/** The rules by the plural name of the kind. */
export function admissionRules(): Record<keyof typeof allowedRules, AdmissionRules> {
  return {
    trainingruns: rulesOf(
      allowedRules.trainingruns,
      "object.spec.?model.orValue(object.metadata.?name.orValue(''))",
    ),
    models: rulesOf(allowedRules.models, "object.metadata.?name.orValue('')"),
  };
}

/** @param model the expression of the Model's name */
function rulesOf(rules: readonly AllowedRule[], model: string): AdmissionRules {
  const parts = rules.map((rule, index) => partsOf(rule, `field${index}`));
  return {
    variables: [{ name: 'model', expression: model }, ...parts.flatMap(({ variables }) => variables)],
    validations: parts.flatMap(({ validations }) => validations),
  };
}

/**
 * Each rule has a variable with the values that are new: an update may keep what was stored before the rule applied.
 * @param name of the rule's variable
 */
function partsOf(rule: AllowedRule, name: string): AdmissionRules {
  const variable = `variables.${name}`;
  const isReserved = rule.reserved.map(pattern => matchesLiteral(pattern, 'v')).join(' || ');
  const unlisted = [
    ...(isReserved === '' ? [] : [`!(${isReserved})`]),
    ...(rule.own === undefined ? [] : [isNotOwn[rule.own]]),
    `!variables.${rule.list}.exists(p, p == v || (p.endsWith('*') && v.startsWith(p.substring(0, size(p) - 1))))`,
  ].join(' && ');
  return {
    variables: [{ name, expression: newValues(rule) }],
    validations: [
      validation(`${variable}.filter(v, ${unlisted})`, notAllowedMessage(rule), rule),
      ...(isReserved === ''
        ? []
        : [validation(`${variable}.filter(v, ${isReserved})`, reservedMessage(rule), rule)]),
    ],
  };
}

const isNotOwn = {
  Image: 'v != variables.ownImage',
  Claim: `v != variables.model + ${text(claimSuffix)}`,
  Secret: "!v.startsWith(variables.model + '-')",
};

/** @param values the expression of the list of values that are refused */
function validation(values: string, { before, after }: MessageParts, { field }: AllowedRule): Validation {
  return {
    expression: `size(${values}) == 0`,
    messageExpression: `${text(before)} + ${values}.map(v, v == '' ? ${text(noKey)} : v).join(', ') + ${text(after)}`,
    message: `${field}: its values are not allowed`,
  };
}

/** The values of the object's field that the field did not have before the update. */
function newValues({ field, values }: AllowedRule): string {
  const present = optional(`object.${field}`);
  const before = optional(`oldObject.${field}`);
  const orEmpty = (empty: string) => `(oldObject == null ? ${empty} : ${before}.orValue(${empty}))`;
  if (values === 'Value') return `[?${present}].filter(v, oldObject == null || !(v in [?${before}]))`;
  if (values === 'Keys') {
    const old = orEmpty('{}');
    return `${present}.orValue({}).map(k, !(k in ${old} && ${old}[k] == ${present}.value()[k]), k)`;
  }
  return `${present}.orValue([]).map(i, !(i in ${orEmpty('[]')}), i.?${values.item}.orValue(''))`;
}

/** `a.b.c` as an expression without an error if one of them is absent. */
function optional(path: string): string {
  const [root = '', spec = '', ...names] = path.split('.');
  return `${root}.${spec}.${names.map(name => `?${name}`).join('.')}`;
}

function matchesLiteral(pattern: string, value: string): string {
  return pattern.endsWith('*')
    ? `${value}.startsWith(${text(pattern.slice(0, -1))})`
    : `${value} == ${text(pattern)}`;
}

/** A literal. */
function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
