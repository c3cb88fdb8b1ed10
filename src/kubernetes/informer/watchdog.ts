/** Limits on a watch. */
import type { Clock } from '../clock.ts';

/** Cuts a watch off when it is silent for too long, when the next list is due or when all is stopped. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #cancelDue: () => void;
  #cancelSilence: () => void = () => undefined;
  silent = false;
  /** Cut off with no failure. */
  intended = false;

  /**
   * @param limit milliseconds of silence that are allowed
   * @param due monotonic milliseconds of the next list
   * @param outer aborted when all is stopped
   */
  constructor(clock: Clock, limit: number, due: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#limit = limit;
    this.#outer = outer;
    this.#cancelDue = clock.after(due - clock.monotonic(), this.#finish);
    outer.addEventListener('abort', this.#finish, { once: true });
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#clock.after(this.#limit, () => {
      this.silent = true;
      this.#controller.abort();
    });
  }

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
