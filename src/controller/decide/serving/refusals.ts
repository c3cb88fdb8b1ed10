/** Objects that cannot be created or changed: another owner's object has the name, or the API server refuses them. */
import type { Condition } from '../../../api/conditions.ts';
import type { Verdict } from '../types.ts';
import type { ConditionInput } from './condition-input.ts';
import { ownReasons, reasons } from './reasons.ts';

/** Reasons that are not those of a refusal. */
const otherReasons = ownReasons.filter(reason => reason !== reasons.nameTaken);

/** The verdict about the first refused object of the given kinds, by default of any; null when there is none. */
export function refusalVerdict(
  { observed, taken }: ConditionInput,
  kinds?: readonly string[],
): Verdict | null {
  const isIncluded = (kind: string) => kinds === undefined || kinds.includes(kind);
  const kind = taken.find(isIncluded);
  if (kind !== undefined) return nameTaken(kind, observed.model.name);
  const refusal = observed.refusals.find(candidate => isIncluded(candidate.kind));
  if (refusal === undefined) return null;
  if (refusal.reason === reasons.nameTaken) return nameTaken(refusal.kind, refusal.name);
  const { message, temporary } = refusal;
  const reason = temporary === 'AdmissionUnavailable' ? temporary : refusal.reason;
  return { status: 'False', reason, message: `The API server refused the ${refusal.kind}: ${message}` };
}

/**
 * The verdict of an earlier refusal, which is known only to the decision right after it. It is kept until the same spec
 * has been applied successfully; otherwise the condition would change with every retry.
 */
export function stillRefused(
  { observed, pending }: ConditionInput,
  before: Condition | undefined,
): Verdict | null {
  if (!pending || before?.status !== 'False' || otherReasons.includes(before.reason)) return null;
  if (before.observedGeneration !== observed.model.generation) return null;
  const { status, reason, message } = before;
  return { status, reason, message };
}

function nameTaken(kind: string, name: string): Verdict {
  const message = `A ${kind} named ${name} exists that does not belong to this Model: delete it, or rename the Model.`;
  return { status: 'False', reason: reasons.nameTaken, message };
}
