/** Load on `/predict`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { Child } from './child.ts';

export const connections = 10;

/** A valid body for the model in `folder`. */
export function exampleBody(folder: string): string {
  const golden = JSON.parse(readFileSync(join(folder, 'evaluate', 'golden.json'), 'utf8'));
  const values: number[] = golden.rows[0].values;
  return JSON.stringify(
    Object.fromEntries(golden.features.map((name: string, i: number) => [name, values[i]])),
  );
}

/** Requests a second and latencies in milliseconds, over `seconds`. */
export async function load({ url }: Child, body: string, seconds: number) {
  const result = await autocannon({
    url: `${url}/predict`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections,
    duration: seconds,
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${url} answered with errors`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}
