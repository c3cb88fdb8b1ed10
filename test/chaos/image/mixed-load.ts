/**
 * A steady mixed load on a real server, until the pod ends: predictions at a constant rate, uploads of bars, scrapes, and
 * hostile requests. `GET /report` on another port returns its counts.
 */
import { readFile } from 'node:fs/promises';
import { Agent, createServer, type OutgoingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

export const mixedLoadPort = 8083;

export interface MixedLoadReport {
  /** Counts by kind of request and status; `broken` for a connection without a response. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Predictions that differ from the first one of the same version. */
  readonly wrong: number;
  /** The first unexpected responses. */
  readonly unexpected: readonly string[];
}

const mostKept = 20;
/** Pending predictions, above which none is sent: a client does not queue for ever. */
const mostPending = 100;

interface Ask {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
  /** Leaves after this many milliseconds. */
  readonly leaveAfter?: number;
  /** Sends the body in pieces of this size, one each second. */
  readonly trickle?: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export async function runMixedLoad(argv: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: argv,
    options: {
      url: { type: 'string', default: 'http://aapl' },
      /** Predictions per second. */
      rate: { type: 'string', default: '200' },
    },
  });
  process.once('SIGTERM', () => process.exit(0));
  const tally = createTally();
  createServer((_, response) => response.end(JSON.stringify(tally.report()))).listen(
    mixedLoadPort,
    '0.0.0.0',
  );
  const sample = join(import.meta.dirname, '@observablehq/sample-datasets/aapl.csv');
  const bars = await readFile(sample, 'utf8');
  const body = JSON.stringify(JSON.parse((await ask(values.url, '/model/history')).text).latest.indicators);
  await Promise.all([
    predict(values.url, Number(values.rate), body, tally),
    every(5, () => upload(values.url, bars, tally)),
    every(10, () => scrape(values.url, tally)),
    ...hostileRequests(bars).map((hostile, index) =>
      sleep(index * 1000).then(() => every(15, () => attack(values.url, hostile, tally))),
    ),
  ]);
  return true;
}

async function every(seconds: number, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const next = sleep(seconds * 1000);
    await work();
    await next;
  }
}

async function predict(origin: string, rate: number, body: string, tally: Tally): Promise<void> {
  const begin = performance.now();
  const headers = { 'content-type': 'application/json' };
  let pending = 0;
  let due = 0;
  for (;;) {
    await sleep(10);
    const target = Math.floor(((performance.now() - begin) / 1000) * rate);
    for (; due < target; due++) {
      if (pending >= mostPending) continue;
      pending++;
      ask(origin, '/predict', { method: 'POST', body, headers })
        .then(
          answer => tally.predicted(answer),
          () => tally.count('predict', 'broken'),
        )
        .finally(() => {
          pending--;
        });
    }
  }
}

async function upload(origin: string, bars: string, tally: Tally): Promise<void> {
  for (const headers of [
    { 'content-type': 'text/csv' },
    { 'content-type': 'text/csv', accept: 'text/csv' },
  ]) {
    const answer = await ask(origin, '/predict_batch', { method: 'POST', body: bars, headers }).catch(
      () => null,
    );
    tally.count('upload', answer?.status ?? 'broken');
    // 503: hostile clients use all slots.
    if (answer !== null && ![200, 503].includes(answer.status))
      tally.note(`upload: ${answer.status} ${answer.text}`);
  }
}

async function scrape(origin: string, tally: Tally): Promise<void> {
  for (const path of ['/metrics', '/health', '/', '/openapi.json', '/model/history']) {
    const answer = await ask(origin, path).catch(() => null);
    tally.count('scrape', answer?.status ?? 'broken');
  }
}

interface Hostile extends Ask {
  readonly name: string;
  readonly path: string;
}

function hostileRequests(bars: string): readonly Hostile[] {
  const json = { 'content-type': 'application/json' };
  const csv = { 'content-type': 'text/csv' };
  const post = { method: 'POST' };
  const emptyLines = gzipSync(Buffer.alloc(5_000_000, '\n'));
  return [
    { name: 'invalid JSON', path: '/predict', ...post, headers: json, body: '{"a":' },
    {
      name: 'a huge object',
      path: '/predict',
      ...post,
      headers: json,
      body: `{"a":"${'x'.repeat(3_000_000)}"}`,
    },
    { name: 'deep nesting', path: '/predict', ...post, headers: json, body: '['.repeat(50_000) },
    { name: 'unknown fields', path: '/predict', ...post, headers: json, body: '{"__proto__":{"a":1},"b":2}' },
    { name: 'wrong method', path: '/predict' },
    { name: 'unknown path', path: `/${'a/'.repeat(2000)}` },
    {
      name: 'no CSV',
      path: '/predict_batch',
      ...post,
      headers: csv,
      body: '\u0000\u0001\u0002,;"'.repeat(1000),
    },
    { name: 'one endless line', path: '/predict_batch', ...post, headers: csv, body: 'x'.repeat(3_000_000) },
    {
      name: 'compressed empty lines',
      path: '/predict_batch',
      ...post,
      headers: { ...csv, 'content-encoding': 'gzip' },
      body: emptyLines,
      leaveAfter: 3000,
    },
    {
      name: 'a client that leaves',
      path: '/predict_batch',
      ...post,
      headers: csv,
      body: bars,
      leaveAfter: 3,
    },
    {
      name: 'a slow client',
      path: '/predict_batch',
      ...post,
      headers: csv,
      body: bars,
      trickle: 60,
      leaveAfter: 9000,
    },
  ];
}

async function attack(origin: string, { name, path, ...options }: Hostile, tally: Tally): Promise<void> {
  const answer = await ask(origin, path, options).catch(() => null);
  tally.count('hostile', answer?.status ?? 'broken');
  const serverError = answer !== null && answer.status >= 500 && answer.status !== 503;
  if (serverError) tally.note(`${name}: ${answer.status} ${answer.text}`);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(origin: string, path: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', body = '', headers = {}, leaveAfter, trickle } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const hostile = leaveAfter !== undefined;
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
  const asked = request(
    origin + path,
    { method, agent: hostile ? false : agent, headers: { ...length, ...headers }, timeout: 20_000 },
    response => {
      const parts: Buffer[] = [];
      response.on('data', part => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
      response.on('error', reject);
    },
  );
  asked.on('timeout', () => asked.destroy(new Error('no answer within 20 s')));
  asked.on('error', reject);
  if (leaveAfter !== undefined) setTimeout(() => asked.destroy(new Error('left')), leaveAfter);
  if (trickle === undefined) asked.end(body);
  else void sendSlowly(Buffer.from(body), trickle, piece => !asked.destroyed && asked.write(piece));
  return promise;
}

async function sendSlowly(body: Buffer, size: number, send: (piece: Buffer) => boolean): Promise<void> {
  for (let at = 0; at < body.length && send(body.subarray(at, at + size)); at += size) await sleep(1000);
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const counts: Record<string, Record<string, number>> = {};
  const golden = new Map<string, string>();
  const unexpected: string[] = [];
  let wrong = 0;
  const count = (kind: string, status: number | string) => {
    const byStatus = counts[kind] ?? {};
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    counts[kind] = byStatus;
  };
  const note = (text: string) => {
    if (unexpected.length < mostKept) unexpected.push(`${new Date().toISOString()} ${text.slice(0, 300)}`);
  };
  return {
    count,
    note,
    predicted: ({ status, text }: Answer) => {
      count('predict', status);
      if (status !== 200) return note(`predict: ${status} ${text}`);
      const { predicted_return, risk_level, probabilities, model } = JSON.parse(text);
      const prediction = JSON.stringify([predicted_return, risk_level, probabilities]);
      const expected = golden.get(model.version) ?? prediction;
      golden.set(model.version, expected);
      if (prediction === expected) return;
      wrong++;
      note(`predict: ${prediction} of version ${model.version} instead of ${expected}`);
    },
    report: (): MixedLoadReport => ({ counts, wrong, unexpected }),
  };
}
