import type { Clock } from '../../src/kubernetes/clock.ts';

/** A clock that stands still until it is told to go on. */
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

  /** Goes on, firing timers in their order; lets everything that waits for them run in between. */
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

  /** Time goes by while nothing runs, as when a process is suspended; what is due then comes with the next `advance`. */
  suspend(milliseconds: number): void {
    this.#time += milliseconds;
  }

  #next(end: number) {
    const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    return due[0] ?? null;
  }
}

/** Lets promises that are ready run on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** Waits until something is so, asking often; the test's own time limit ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2));
}
