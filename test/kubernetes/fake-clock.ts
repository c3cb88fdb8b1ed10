import type { Clock } from '../../src/kubernetes/clock.ts';

/** A clock that only advances when a test calls `advance`. */
export class FakeClock implements Clock {
  #time = 0;
  readonly #epoch: number;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#time + Math.max(0, milliseconds), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Advances the time and fires timers in order; runs pending promise callbacks after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    await settle();
    for (let next = this.#next(end); next !== null; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#time = Math.max(this.#time, next.at);
      next.callback();
      await settle();
    }
    this.#time = end;
  }

  /** Advances the time without firing timers, like a suspended process; due timers fire at the next `advance`. */
  suspend(milliseconds: number): void {
    this.#time += milliseconds;
  }

  #next(end: number) {
    const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    return due[0] ?? null;
  }
}

/** Runs pending promise callbacks. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** Polls a condition until it is true; the test's time limit applies. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 2));
}
