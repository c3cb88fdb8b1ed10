/**
 * Contention about a child: two operators want different objects, or another manager changes fields back each time. It is
 * recorded in an annotation on the child, so that every process that sees the child comes to the same conclusion.
 */
import { type Backoff, backoffDelay } from '../../../backoff.ts';
import { formatTime, parseTime } from '../../time.ts';

export interface Contention {
  /** How often in a row the child was taken over. */
  readonly count: number;
  /** When it was last taken over, in milliseconds since the epoch. */
  readonly at: number;
  readonly from: Rival;
}

/** From whom a child is taken over, such as `operator team-b/bellwether` or `field manager kubectl-set`. */
export type Rival = `operator ${string}` | `field manager ${string}`;

/** In milliseconds. */
const backoff: Backoff = { base: 5_000, cap: 300_000, jitter: 0 };

/** The least time in milliseconds within which a take-over follows the one before. */
const leastMemory = 60_000;

/**
 * Take-overs in a row without a wait. One is enough to replace another operator; a person may change some fields one after
 * the other.
 */
const immediate = { operator: 1, manager: 3 };

/** From this number of take-overs in a row on, the conditions report it. */
const reported = { operator: 3, manager: 6 };

/** The contention that the annotation records; null if there is none, if it is over, or if the text is invalid. */
export function readContention(text: string | null, now: number): Contention | null {
  const contention = text === null ? null : parse(text);
  return contention === null || now >= endOfContention(contention) ? null : contention;
}

/** The text of the annotation. */
export function formatContention({ count, at, from }: Contention): string {
  return JSON.stringify({ count, at: formatTime(at), from });
}

/** When the child may be taken over from the rival, in milliseconds since the epoch. */
export function nextTakeOver(contention: Contention | null, rival: Rival): number {
  const count = countOf(contention, rival);
  return contention === null ? 0 : contention.at + wait(count - immediate[kindOf(rival)] + 1);
}

/** The record of a take-over now. */
export function takenOver(before: Contention | null, from: Rival, now: number): Contention {
  return { count: countOf(before, from) + 1, at: now, from };
}

/** Corrections of what a person has changed do not delay the replacement of another operator. */
function countOf(contention: Contention | null, rival: Rival): number {
  return contention !== null && kindOf(contention.from) === kindOf(rival) ? contention.count : 0;
}

/** When the contention is over unless the child is taken over again, in milliseconds since the epoch. */
export function endOfContention({ at, count }: Contention): number {
  return at + Math.max(leastMemory, 2 * wait(count));
}

/** Whether the conditions report it. */
export function isReported({ count, from }: Contention): boolean {
  return count >= reported[kindOf(from)];
}

function wait(takeOvers: number): number {
  return takeOvers < 1 ? 0 : backoffDelay(backoff, takeOvers, () => 0);
}

function kindOf(rival: Rival): keyof typeof immediate {
  return rival.startsWith('operator ') ? 'operator' : 'manager';
}

function isRival(value: unknown): value is Rival {
  return typeof value === 'string' && /^(operator|field manager) /.test(value);
}

/** Anyone who may edit the child may edit its annotations. */
function parse(text: string): Contention | null {
  try {
    const { count, at, from } = JSON.parse(text);
    return Number.isSafeInteger(count) && count > 0 && isRival(from)
      ? { count, at: parseTime(at), from }
      : null;
  } catch {
    return null;
  }
}
