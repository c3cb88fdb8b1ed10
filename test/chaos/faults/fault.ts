/** A kind of fault: how it is injected and mended, and what must happen. */
import type { Lane } from '../lane.ts';

/** Nothing to break was found; such an attempt is not counted. */
export class NothingToBreak extends Error {}

export interface Fault {
  /** A row of the report. */
  readonly name: string;
  /** What must happen besides the invariants, for the report. */
  readonly expected: string;
  /** Relative frequency in the plan; default 1. */
  readonly weight?: number;
  /** Why it cannot be injected in this environment. */
  readonly unavailable?: string | false;
  /**
   * Injects it, holds it for a while, and mends it. Returns violations of what is expected.
   * @throws NothingToBreak
   */
  inject(lane: Lane): Promise<readonly string[] | undefined>;
}
