/** Label selectors, as in other Kubernetes APIs. */
import { z } from 'zod';
import { stringMap } from './fields.ts';
import { withRules } from './rules.ts';

const withValues: readonly string[] = ['In', 'NotIn'];

const expressionSchema = withRules(
  z.strictObject({
    key: z.string().min(1).max(317).describe('Key of the label.'),
    operator: z
      .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
      .describe('In and NotIn compare with values; NotIn also matches objects without the label.'),
    values: z
      .array(z.string().max(63))
      .max(64)
      .optional()
      .describe('Values for In and NotIn; not allowed with the other operators.'),
  }),
  [
    {
      check: ({ operator, values = [] }) => withValues.includes(operator) === values.length > 0,
      cel: "(self.operator == 'In' || self.operator == 'NotIn') == (has(self.values) && size(self.values) > 0)",
      path: ['values'],
      message: 'is required with In and NotIn, and not allowed with Exists and DoesNotExist',
    },
  ],
);
type Expression = z.output<typeof expressionSchema>;

export const labelSelectorSchema = z.strictObject({
  matchLabels: stringMap(63).optional().describe('Labels that an object must have.'),
  matchExpressions: z
    .array(expressionSchema)
    .max(32)
    .optional()
    .describe('Conditions on labels; all of them must be met.'),
});
export type LabelSelector = z.output<typeof labelSelectorSchema>;

export type Labels = Readonly<Record<string, string>>;

/** The requirements of the selector that the labels do not meet, in the syntax of `kubectl get --selector`. */
export function unmetRequirements(selector: LabelSelector, labels: Labels): string[] {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return [
    ...Object.entries(matchLabels)
      .filter(([key, value]) => labels[key] !== value)
      .map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.filter(expression => !isMet(expression, labels)).map(textOf),
  ];
}

/** The whole selector in the syntax of `kubectl get --selector`. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equalities = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  return [...equalities, ...matchExpressions.map(textOf)].join(',');
}

function isMet({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function textOf({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
