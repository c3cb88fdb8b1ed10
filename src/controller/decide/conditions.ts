/** Conditions by the Kubernetes convention: a list keyed by type; the transition time changes only with the status. */
import type { Condition } from '../../api/conditions.ts';
import { formatTime } from '../time.ts';

/** A condition without its transition time, which `setCondition` adds. */
export type ConditionChange = Omit<Condition, 'lastTransitionTime'>;

/** The condition of that type; undefined if it was never set. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type);
}

/** True when the condition exists and its status is True. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/**
 * The list with one condition replaced, or appended. `lastTransitionTime` becomes `now` (milliseconds since the epoch)
 * only when the status differs: a new reason or message is not a transition.
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

/** The list with the condition of this type replaced, or appended. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
): Condition[] {
  const before = conditions ?? [];
  const index = before.findIndex(({ type }) => type === condition.type);
  return index < 0 ? [...before, condition] : before.with(index, condition);
}

/** Sets several conditions, in order. */
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
 * At most `limit` characters; a longer text ends with an ellipsis. Lone surrogates are replaced: the API server would
 * replace them too, and the stored status would then always differ from the desired one.
 */
export function truncate(text: string, limit: number): string {
  return (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
}
