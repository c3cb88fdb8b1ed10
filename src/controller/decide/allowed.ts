/** Whether TrainingRuns and Models set only what the operator's settings allow. */
import {
  type AllowedRule,
  allowedRules,
  type MessageParts,
  noKey,
  notAllowedMessage,
  reservedMessage,
} from '../../api/allowed.ts';
import { claimName } from '../names.ts';
import type { Settings } from '../observation.ts';

export type AllowedSettings = Pick<Settings, 'image' | 'allowed'>;

interface Specified {
  /** The object's Model, whose claim needs no list. */
  readonly model: string;
  readonly spec: object | null;
}

/** Why the fields of a run are not allowed, one message for each field; empty when all are. */
export function runNotAllowed(run: Specified, settings: AllowedSettings): string[] {
  return notAllowed(allowedRules.trainingruns, run, settings);
}

/** The same for a Model. */
export function modelNotAllowed(
  { name, spec }: { readonly name: string; readonly spec: object | null },
  settings: AllowedSettings,
): string[] {
  return notAllowed(allowedRules.models, { model: name, spec }, settings);
}

function notAllowed(rules: readonly AllowedRule[], object: Specified, settings: AllowedSettings): string[] {
  return rules.flatMap(rule => {
    const values = valuesOf(rule, object);
    const isReserved = (value: string) => matches(rule.reserved, value);
    const own = ownPatterns(rule, object, settings);
    const isAllowed = (value: string) => matches(own, value) || matches(settings.allowed[rule.list], value);
    const unlisted = values.filter(value => !isReserved(value) && !isAllowed(value));
    return [
      ...about(unlisted, notAllowedMessage(rule)),
      ...about(values.filter(isReserved), reservedMessage(rule)),
    ];
  });
}

/** Whether one of the patterns matches the value. */
function matches(patterns: readonly string[], value: string): boolean {
  return patterns.some(pattern =>
    pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern,
  );
}

function about(values: readonly string[], { before, after }: MessageParts): string[] {
  const shown = values.map(value => value || noKey);
  return values.length === 0 ? [] : [`${before}${shown.join(', ')}${after}`];
}

function ownPatterns({ own }: AllowedRule, { model }: Specified, { image }: AllowedSettings): string[] {
  if (own === undefined) return [];
  return [{ Image: image, Claim: claimName(model), Secret: `${model}-*` }[own]];
}

function valuesOf({ field, values }: AllowedRule, { spec }: Specified): string[] {
  const value = field.split('.').reduce(memberOf, { spec } as unknown);
  if (value === undefined || value === null) return [];
  if (values === 'Value') return [String(value)];
  if (values === 'Keys') return isObject(value) ? Object.keys(value) : [];
  return Array.isArray(value) ? value.map(item => String(memberOf(item, values.item) ?? '')) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
