/** Requirements and their findings. A chain of requirements ends with the first that does not pass. */
import type { Reason } from './reasons.ts';

interface Objection {
  readonly reason: Reason;
  /** A sentence with the figures, understandable without knowing the rules. */
  readonly message: string;
}

export type Finding =
  | { readonly result: 'Pass' }
  /** The challenger is not good enough. */
  | ({ readonly result: 'Fail' } & Objection)
  /** Nothing can be concluded. */
  | ({ readonly result: 'Unknown' } & Objection);

export type Requirement<T> = (evidence: T) => Finding;

export const pass: Finding = { result: 'Pass' };

/** An objection: the challenger is not good enough. */
export function fail(reason: Reason, message: string): Finding {
  return { result: 'Fail', reason, message };
}

/** An objection: nothing can be concluded. */
export function unknown(reason: Reason, message: string): Finding {
  return { result: 'Unknown', reason, message };
}

/** The first finding that is not a pass, else a pass. */
export function firstObjection<T>(requirements: readonly Requirement<T>[], evidence: T): Finding {
  for (const requirement of requirements) {
    const finding = requirement(evidence);
    if (finding.result !== 'Pass') return finding;
  }
  return pass;
}
