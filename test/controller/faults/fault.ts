/** The faults of one execution of a story. */

/** What happens to a write of the operator. */
export const writeFaults = {
  'crash before': 'the process ends before the write is sent',
  'crash after': 'the write is done and the process ends before the answer',
  unreachable: 'the write is not sent and fails',
  'lost answer': 'the write is done and its answer is lost',
  'sent twice': 'the write is done, its answer is lost, and the client sends it again',
  conflict: 'the API server refuses the write with 409 Conflict',
  'too many requests': 'the API server refuses the write with 429 Too Many Requests',
} as const;
export type WriteFault = keyof typeof writeFaults;

export type Fault =
  /** @param at the number of the write, from 1 on */
  | { readonly kind: 'write'; readonly at: number; readonly how: WriteFault }
  /** The process ends after this write, and the next one first lists the objects as they were so many events ago. */
  | { readonly kind: 'old lists'; readonly at: number; readonly behind: number }
  /**
   * Another process leads from this write on. `stopped`: the first one was stopped before it sent the write, and continues
   * later. `late`: the write is done so many steps later, when the other one leads.
   */
  | {
      readonly kind: 'leader change';
      readonly at: number;
      readonly how: 'stopped' | 'late';
      readonly steps: number;
    }
  /** The cache of a type stays as it was after its event `from`, until more than `events` of them are pending. */
  | { readonly kind: 'stale'; readonly type: string; readonly from: number; readonly events: number }
  /** The event after `from` is not delivered; the next one of its type finds the objects listed again. */
  | { readonly kind: 'hidden'; readonly type: string; readonly from: number };

export function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'write':
      return `${fault.how} (write ${fault.at})`;
    case 'old lists':
      return `crash after write ${fault.at}, then lists that are ${fault.behind} events old`;
    case 'leader change':
      return `the leader changes at write ${fault.at}, which is ${fault.how} by ${fault.steps} steps`;
    case 'stale':
      return `${fault.type} stale by ${fault.events} events after event ${fault.from}`;
    case 'hidden':
      return `${fault.type}: event ${fault.from + 1} hidden`;
  }
}
