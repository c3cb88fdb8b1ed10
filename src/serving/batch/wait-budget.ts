/**
 * How long the server waits for the next byte of an upload. Only time spent waiting for the client counts, so neither a
 * busy server nor a client that reads its answer slowly uses up the budget.
 */
import { HttpError } from '../errors.ts';

export interface WaitLimits {
  /** Longest wait for the next byte. */
  readonly idleSeconds: number;
  /** Least rate in bytes a second, averaged over `idleSeconds`; 0 for none. */
  readonly minimumRate: number;
  /** Longest wait, in all, without a row. */
  readonly rowSeconds: number;
}

/** A wait that the limits allow, and the error once it is over. */
export interface AllowedWait {
  readonly seconds: number;
  readonly error: () => HttpError;
}

export class WaitBudget {
  readonly #limits: WaitLimits;
  /** Seconds that a client at less than the least rate has left. */
  #slowSeconds: number;
  /** Seconds waited since the last row. */
  #sinceRow = 0;

  constructor(limits: WaitLimits) {
    this.#limits = limits;
    this.#slowSeconds = limits.idleSeconds;
  }

  /** Records a wait that ended with `bytes`. */
  waited(seconds: number, bytes: number): void {
    const { idleSeconds, minimumRate } = this.#limits;
    const earned = minimumRate === 0 ? idleSeconds : bytes / minimumRate;
    this.#slowSeconds = Math.min(idleSeconds, this.#slowSeconds - seconds + earned);
    this.#sinceRow += seconds;
  }

  /** Records that a row has arrived. */
  row(): void {
    this.#sinceRow = 0;
  }

  /** The longest next wait; not below 0. */
  next(): AllowedWait {
    const { idleSeconds, minimumRate, rowSeconds } = this.#limits;
    const waits: AllowedWait[] = [
      { seconds: idleSeconds, error: () => timeout(`no byte of the upload arrived for ${idleSeconds} s`) },
      {
        seconds: this.#slowSeconds,
        error: () => timeout(`the upload is slower than ${minimumRate} bytes/s: compress it or split it`),
      },
      {
        seconds: rowSeconds - this.#sinceRow,
        error: () => timeout(`no row of the upload arrived for ${rowSeconds} s: remove its blank lines`),
      },
    ];
    const { seconds, error } = waits.reduce((least, wait) => (wait.seconds < least.seconds ? wait : least));
    return { seconds: Math.max(0, seconds), error };
  }
}

function timeout(message: string): HttpError {
  return new HttpError('RequestTimeout', message);
}
