/** Waits that survive an API server that is away. */
import { setTimeout as sleep } from 'node:timers/promises';

const limitSeconds = 400;

/** Repeats a command while the API server is unavailable. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 150_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(2000);
    }
  }
}

/** @throws Error after `limitSeconds` */
export async function waitFor(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitSeconds * 1000;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${limitSeconds} s: ${what}`);
    await sleep(1000);
  }
}
