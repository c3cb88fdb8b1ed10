/** The time limits of a watch. */
import type { Clock } from '../clock.ts';

/** Aborts a watch when it is silent for too long, when the next list is due or when the informer stops. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #cancelDue: () => void;
  #cancelSilence: () => void = () => undefined;
  /** Aborted because of silence. */
  silent = false;
  /** Aborted without a failure: the next list is due or the informer stops. */
  intended = false;

  /**
   * @param limit the longest silence, in milliseconds
   * @param due monotonic milliseconds of the next list
   * @param outer aborted when the informer stops
   */
  constructor(clock: Clock, limit: number, due: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#limit = limit;
    this.#outer = outer;
    this.#cancelDue = clock.after(due - clock.monotonic(), this.#finish);
    outer.addEventListener('abort', this.#finish, { once: true });
    this.reset();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the silence timer: something was received. */
  reset(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#clock.after(this.#limit, () => {
      this.silent = true;
      this.#controller.abort();
    });
  }

  /** Cancels all timers. */
  end(): void {
    this.#cancelSilence();
    this.#cancelDue();
    this.#outer.removeEventListener('abort', this.#finish);
  }

  readonly #finish = () => {
    this.intended = true;
    this.#controller.abort();
  };
}
