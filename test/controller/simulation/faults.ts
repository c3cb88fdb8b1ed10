/** What befalls one of an operator's writes. */
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { Gate, Verb } from './api-server.ts';

export interface Fault {
  /**
   * `unreachable`: the server does nothing; `lost-answer`: it does it, and nobody hears of it; `in-flight`: it does it at
   * some later time, when the process has lost its Lease, and may write nothing more; the others: it refuses.
   */
  readonly kind: 'unreachable' | 'lost-answer' | 'in-flight' | 'Invalid' | 'Forbidden' | 'TooManyRequests';
  /** Writes that go well before it strikes. */
  readonly after: number;
}

const refusals: Partial<Record<Fault['kind'], readonly [number, string]>> = {
  Invalid: [422, 'is invalid: spec.template: Invalid value'],
  Forbidden: [403, 'exceeded quota: small'],
  TooManyRequests: [429, 'try again later'],
};

/** Strikes once for each time that it is set. */
export class Faults {
  #next: Fault | null = null;
  #left = 0;
  #landing: (() => void) | null = null;
  #sent = Promise.withResolvers<void>();
  /** All that were tried. */
  writes = 0;
  /** While a write arrives that was sent long ago. */
  isLanding = false;

  set(fault: Fault | null): void {
    this.#next = fault;
    this.#left = fault?.after ?? 0;
    this.#sent = Promise.withResolvers<void>();
  }

  /** Resolves when a write is in flight. */
  get sent(): Promise<void> {
    return this.#sent.promise;
  }

  /** The write that is in flight arrives, if there is one. */
  land(): void {
    const landing = this.#landing;
    this.#landing = null;
    landing?.();
  }

  /** It never arrives. */
  drop(): void {
    this.#landing = null;
  }

  readonly gate: Gate = async (write, { verb }) => {
    this.writes++;
    const fault = this.#striking();
    if (fault === null) return write();
    if (fault === 'in-flight') return this.#fly(write);
    const refusal = refusals[fault];
    if (refusal !== undefined) return this.#refuse(refusal, fault, verb, write);
    if (fault === 'lost-answer') write();
    throw new ApiError(0, '', fault);
  };

  #striking(): Fault['kind'] | null {
    const fault = this.#next;
    if (fault === null || this.#left-- > 0) return null;
    this.#next = null;
    return fault.kind;
  }

  #refuse<T>([code, message]: readonly [number, string], reason: string, verb: Verb, write: () => T): T {
    // Nobody is forbidden to write a status, or to delete, for what is in the object.
    if (verb !== 'create' && code !== 429) return write();
    throw new ApiError(code, reason, message);
  }

  #fly<T>(write: () => T): Promise<T> {
    const { promise, reject } = Promise.withResolvers<T>();
    this.#landing = () => {
      this.isLanding = true;
      try {
        write();
      } catch (error) {
        // The server's answer to it reaches nobody any more.
        if (!(error instanceof ApiError)) throw error;
      } finally {
        this.isLanding = false;
      }
      reject(new ApiError(0, 'NotLeading', 'this process does not hold the Lease'));
    };
    this.#sent.resolve();
    return promise;
  }
}
