/** Random failures between operator and API server, one after another, until stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/models/random.ts';
import { type ApiProxy, type Asked, type Fate, pass } from '../e2e/harness/api-proxy.ts';

export type ApiFault = (proxy: ApiProxy, random: Random) => Promise<void>;

const holdMilliseconds = 5000;

/** Answers a share of the requests with a status for some seconds. */
function answering(status: number, reason: string, applies: (asked: Asked) => boolean): ApiFault {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    reason,
    message: 'injected',
  };
  return during((asked, random) =>
    applies(asked) && random.uniform() < 0.5 ? { kind: 'answer', status, body } : pass,
  );
}

function during(decide: (asked: Asked, random: Random) => Fate): ApiFault {
  return async (proxy, random) => {
    proxy.decide = asked => decide(asked, random);
    await sleep(holdMilliseconds);
    proxy.decide = () => pass;
  };
}

const isWrite = ({ method }: Asked) => method !== 'GET';

export const apiFaults: Readonly<Record<string, ApiFault>> = {
  'requests reset': during(({ watch }, random) =>
    !watch && random.uniform() < 0.5 ? { kind: 'reset' } : pass,
  ),
  'responses lost': during((asked, random) =>
    isWrite(asked) && random.uniform() < 0.5 ? { kind: 'loseAnswer' } : pass,
  ),
  'slow responses': during(({ watch }) => (watch ? pass : { kind: 'pass', afterMilliseconds: 700 })),
  '409 to writes': answering(409, 'Conflict', isWrite),
  '429 to requests': answering(429, 'TooManyRequests', () => true),
  '500 to requests': answering(500, 'InternalError', () => true),
  'watches reset': async proxy => proxy.resetWatches(),
  'watches expired': async proxy => proxy.expireWatches(),
  'connections hang': async proxy => proxy.freeze(),
  'no connection': async proxy => {
    proxy.refuse();
    await sleep(holdMilliseconds);
    await proxy.accept();
  },
};

/** Injects a fault at each interval until the signal; returns the counts by name. */
export async function injectApiFaults(
  proxy: ApiProxy,
  random: Random,
  intervalSeconds: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const names = Object.keys(apiFaults);
  const counts: Record<string, number> = {};
  while (!signal.aborted) {
    const name = names[Math.floor(random.uniform() * names.length)] ?? '';
    await apiFaults[name]?.(proxy, random);
    counts[name] = (counts[name] ?? 0) + 1;
    // The record of requests would be the largest part of this process's memory.
    proxy.asked.length = 0;
    await sleep(intervalSeconds * 1000, undefined, { signal }).catch(() => {});
  }
  return counts;
}
