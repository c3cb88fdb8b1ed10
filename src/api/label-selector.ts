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
  return requirementsOf(selector)
    .filter(requirement => !isMet(requirement, labels))
    .map(textOf);
}

/** The whole selector in the syntax of `kubectl get --selector`. */
export function selectorText(selector: LabelSelector): string {
  return requirementsOf(selector).map(textOf).join(',');
}

/** An expression, or a label of `matchLabels`. */
type Requirement = Expression | { readonly key: string; readonly operator: 'Equals'; readonly value: string };

function requirementsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Requirement[] {
  const equalities = Object.entries(matchLabels);
  return [
    ...equalities.map(([key, value]) => ({ key, operator: 'Equals' as const, value })),
    ...matchExpressions,
  ];
}

function isMet(requirement: Requirement, labels: Labels): boolean {
  const value = labels[requirement.key];
  switch (requirement.operator) {
    case 'Equals':
      return value === requirement.value;
    case 'In':
      return value !== undefined && (requirement.values ?? []).includes(value);
    case 'NotIn':
      return value === undefined || !(requirement.values ?? []).includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function textOf(requirement: Requirement): string {
  const { key } = requirement;
  switch (requirement.operator) {
    case 'Equals':
      return `${key}=${requirement.value}`;
    case 'In':
      return `${key} in (${(requirement.values ?? []).join(',')})`;
    case 'NotIn':
      return `${key} notin (${(requirement.values ?? []).join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
