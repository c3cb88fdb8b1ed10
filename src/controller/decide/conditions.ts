/** Conditions as Kubernetes keeps them: a list keyed by type, whose time changes only with the status. */
import type { Condition } from '../../api/conditions.ts';
import { formatTime } from '../time.ts';

/** A condition before it is known since when it holds. */
export type ConditionChange = Omit<Condition, 'lastTransitionTime'>;

/** The condition of that type, if it was ever set. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type);
}

/** True when the condition is there and its status is True. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/**
 * The list with one condition set, in its old place or at the end. `lastTransitionTime` becomes `now` (milliseconds
 * since the epoch) only when the status differs: a new reason or message is no transition.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  change: ConditionChange,
  now: number,
): Condition[] {
  const before = findCondition(conditions, change.type);
  const lastTransitionTime = before?.status === change.status ? before.lastTransitionTime : formatTime(now);
  const { type, status, reason, observedGeneration } = change;
  const message = truncate(change.message, longestMessage);
  return withCondition(conditions, {
    type,
    status,
    reason,
    message,
    observedGeneration,
    lastTransitionTime,
  });
}

/** The list with this condition in the place of the one of its type, or at the end. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
): Condition[] {
  const others = conditions ?? [];
  const at = others.findIndex(({ type }) => type === condition.type);
  return at < 0 ? [...others, condition] : others.with(at, condition);
}

/** Several at once, in order. */
export function setConditions(
  conditions: readonly Condition[] | undefined,
  changes: readonly ConditionChange[],
  now: number,
): Condition[] {
  return changes.reduce<Condition[]>(
    (list, change) => setCondition(list, change, now),
    [...(conditions ?? [])],
  );
}

/** The schema's limit for a condition's message, in characters. */
const longestMessage = 32_768;

/**
 * At most `most` characters: what is too long loses its end to an ellipsis. Half a character, which the API server
 * would replace and a comparison with its answer find to be another, is replaced here.
 */
export function truncate(text: string, most: number): string {
  return (text.length <= most ? text : `${text.slice(0, most - 1)}…`).toWellFormed();
}
