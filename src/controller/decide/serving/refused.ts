/** What cannot be made or kept: somebody else's object has the name, or the API server says no. */
import type { Condition } from '../../../api/conditions.ts';
import { reasons } from './reasons.ts';
import type { Situation, Verdict } from './situation.ts';

const own: readonly string[] = Object.values(reasons).filter(reason => reason !== reasons.nameTaken);

/** Why something of the given kinds, or of any, is not as it should be; null when all is. */
export function refusalVerdict({ input, taken }: Situation, kinds?: readonly string[]): Verdict | null {
  const concerns = (kind: string) => kinds === undefined || kinds.includes(kind);
  const kind = taken.find(concerns);
  if (kind !== undefined) return nameTaken(kind, input.model.name);
  const refusal = input.refusals.find(refused => concerns(refused.kind));
  if (refusal === undefined) return null;
  if (refusal.reason === reasons.nameTaken) return nameTaken(refusal.kind, refusal.name);
  const { reason, message } = refusal;
  return { status: 'False', reason, message: `The API server refuses the ${refusal.kind}: ${message}` };
}

/**
 * A refusal is known only right after it. Until the same spec is tried with success, the condition that told of it
 * holds, or it would come and go with every try.
 */
export function stillRefused({ input, pending }: Situation, before: Condition | undefined): Verdict | null {
  if (!pending || before?.status !== 'False' || own.includes(before.reason)) return null;
  if (before.observedGeneration !== input.model.generation) return null;
  const { status, reason, message } = before;
  return { status, reason, message };
}

function nameTaken(kind: string, name: string): Verdict {
  const message = `There is a ${kind} named ${name} that is not this Model's: delete it, or give the Model another name.`;
  return { status: 'False', reason: reasons.nameTaken, message };
}
