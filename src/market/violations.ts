/** Rules that bars break, collected so that people see all of them at once. */
import { Failure, type FailureReason } from '../failure.ts';

export interface Violation {
  readonly reason: Extract<FailureReason, 'InvalidBars' | 'TooFewBars' | 'StaleBars' | 'UnreadableFile'>;
  /** Names the row and its date, where there is one, and what is wrong. */
  readonly message: string;
}

/** How many are spelled out: a condition's message and an Event are short. */
const shown = 5;

/**
 * One failure for all violations. Its reason is the first one's.
 * @param subject what was looked at, such as `bars of AAPL`.
 */
export function failureOf(subject: string, violations: readonly Violation[]): Failure {
  const messages = violations.map(violation => violation.message);
  const more = messages.length > shown ? ` … and ${messages.length - shown} more` : '';
  const count = messages.length === 1 ? '' : ` (${messages.length} faults)`;
  return new Failure(
    violations[0]?.reason ?? 'InvalidBars',
    `${subject}${count}: ${messages.slice(0, shown).join('; ')}${more}`,
    { count: messages.length, violations: messages.slice(0, 20) },
  );
}
