/** Time as this folder uses it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch: for what others read. */
  now(): number;
  /** Milliseconds that never jump: for durations. */
  monotonic(): number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest delay that a timer takes: 2^31 − 1 ms; a longer one would fire at once. */
const LONGEST = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(milliseconds, 0), LONGEST));
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise<void>(resolve => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      void resolve();
    };
    const cancel = clock.after(milliseconds, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
