/** Faults of an operator's writes. */
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { Gate, Verb } from './api-server.ts';

export interface Fault {
  /**
   * `unreachable`: the server does not receive the write. `lost-answer`: it does the write and the response is lost.
   * `in-flight`: it does the write later, when the process has lost its Lease and may write nothing more. The others:
   * the server rejects the write.
   */
  readonly kind:
    | 'unreachable'
    | 'lost-answer'
    | 'in-flight'
    | 'Invalid'
    | 'Forbidden'
    | 'AdmissionUnavailable'
    | 'TooManyRequests';
  /** The number of writes that succeed first. */
  readonly after: number;
}

const refusals: Partial<Record<Fault['kind'], readonly [number, string]>> = {
  Invalid: [422, 'is invalid: spec.template: Invalid value'],
  Forbidden: [403, 'exceeded quota: small'],
  AdmissionUnavailable: [500, 'failed calling webhook "w": connection refused'],
  TooManyRequests: [429, 'try again later'],
};

/** Each fault that is set applies to one write. */
export class Faults {
  #next: Fault | null = null;
  #remaining = 0;
  #landing: (() => void) | null = null;
  #sent = Promise.withResolvers<void>();
  /** All attempted writes. */
  writes = 0;
  /** Whether a delayed write is being done. */
  isLanding = false;

  set(fault: Fault | null): void {
    this.#next = fault;
    this.#remaining = fault?.after ?? 0;
    this.#sent = Promise.withResolvers<void>();
  }

  /** Resolves when a write is in flight. */
  get sent(): Promise<void> {
    return this.#sent.promise;
  }

  /** Does the write that is in flight, if there is one. */
  land(): void {
    const landing = this.#landing;
    this.#landing = null;
    landing?.();
  }

  /** Drops the write that is in flight. */
  drop(): void {
    this.#landing = null;
  }

  readonly gate: Gate = async (write, { verb }) => {
    this.writes++;
    const fault = this.#takeFault();
    if (fault === null) return write();
    if (fault === 'in-flight') return this.#delay(write);
    const refusal = refusals[fault];
    if (refusal !== undefined) return this.#refuse(refusal, fault, verb, write);
    if (fault === 'lost-answer') write();
    throw new ApiError(0, '', fault);
  };

  #takeFault(): Fault['kind'] | null {
    const fault = this.#next;
    if (fault === null || this.#remaining-- > 0) return null;
    this.#next = null;
    return fault.kind;
  }

  #refuse<T>([code, message]: readonly [number, string], reason: string, verb: Verb, write: () => T): T {
    // Invalid fields and quotas concern an object itself, not its status or its deletion.
    if (verb !== 'create' && verb !== 'apply' && code !== 429) return write();
    throw new ApiError(code, reason, message);
  }

  #delay<T>(write: () => T): Promise<T> {
    const { promise, reject } = Promise.withResolvers<T>();
    this.#landing = () => {
      this.isLanding = true;
      try {
        write();
      } catch (error) {
        // The process no longer receives the response.
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
