/** Violations of the rules for bars, collected so that one message reports all of them. */
import { Failure, type FailureReason } from '../failure.ts';

export interface Violation {
  readonly reason: Extract<FailureReason, 'InvalidBars' | 'TooFewBars' | 'StaleBars' | 'UnreadableFile'>;
  /** Contains the row and the fault. */
  readonly message: string;
}

/** How many the message contains: a condition's message and an Event are short. */
const shown = 5;

/**
 * One failure for all violations, with the reason of the first.
 * @param subject what was checked, such as `bars of AAPL`.
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
