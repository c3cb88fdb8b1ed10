/**
 * A server under eight hostile clients of `/predict_batch`, paired with a quiet server: latency of `/livez` and
 * `/predict`, and how soon a client that disconnects frees its slot. The clients run in another thread and start again as
 * soon as they are refused.
 *
 *     node bench/hostile-uploads.ts [--seconds 30]
 */
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { quantile } from './lib/figures.ts';
import { startChild } from './servers/child.ts';

const ports = { attacked: 18_744, quiet: 18_745, single: 18_746 };
const mebibyte = 2 ** 20;

interface Target {
  readonly url: string;
  readonly header: string;
  readonly row: string;
}

interface Hostile {
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent, piece by piece; the answer is read only if `reads`. */
  readonly pieces: () => Iterable<Buffer | string>;
  readonly pauseMilliseconds?: number;
  readonly reads?: boolean;
}

/** A gigabyte of `piece` after `start`, compressed: gzip may consist of several members. */
function bomb(start: string, piece: string): () => Buffer[] {
  const member = gzipSync(piece.repeat(Math.ceil((16 * mebibyte) / piece.length)));
  const members = [gzipSync(start), ...Array.from({ length: 64 }, () => member)];
  return () => members;
}

function* endless(start: string, piece: string): Generator<string> {
  yield start;
  for (;;) yield piece;
}

function* form(piece: string): Generator<Buffer | string> {
  yield '--b\r\ncontent-disposition: form-data; name="f"; filename="a.csv"\r\n\r\n';
  yield* endless('', piece.repeat(65_536 / piece.length));
}

function hostileClients({ header, row }: Target): Hostile[] {
  return [
    { name: 'gzip of line ends', pieces: bomb('', '\n') },
    { name: 'gzip of a header and line ends', pieces: bomb(header, '\r\n') },
    { name: 'gzip of bad rows', pieces: bomb(header, 'x\n'), reads: true },
    { name: 'gzip of good rows, answer not read', pieces: bomb(header, row) },
    {
      name: 'form of carriage returns',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      pieces: () => form('\r\n'),
    },
    { name: 'a byte every 100 ms', pieces: () => endless(header, '1'), pauseMilliseconds: 100 },
    { name: 'blank lines', pieces: () => endless(header, ' \r\n'.repeat(20_000)) },
    { name: 'rows without end, answer not read', pieces: () => endless(header, row.repeat(1000)) },
  ];
}

/** Sends one hostile upload until the server or `stop` ends it. */
async function attack(url: string, client: Hostile, stop: AbortSignal): Promise<void> {
  const post: ClientRequest = request(`${url}/predict_batch?on_error=skip`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'text/csv', accept: 'text/csv', ...client.headers },
  });
  const ended = new AbortController();
  const end = () => ended.abort();
  const destroy = () => post.destroy();
  post.on('error', end);
  post.on('close', end);
  post.on('response', response => {
    if (client.reads === true || response.statusCode !== 200) response.resume();
    response.on('error', end);
    if (response.statusCode !== 200) response.on('end', destroy);
  });
  stop.addEventListener('abort', destroy);
  try {
    for (const piece of client.pieces()) {
      const isFull = !post.write(piece);
      if (client.pauseMilliseconds !== undefined) await sleep(client.pauseMilliseconds);
      if (isFull) await once(post, 'drain', { signal: ended.signal });
      if (ended.signal.aborted || stop.aborted) return;
    }
    post.end();
    if (!ended.signal.aborted) await once(ended.signal, 'abort');
  } catch {
    // Ended by the server.
  } finally {
    stop.removeEventListener('abort', destroy);
    post.destroy();
  }
}

async function attackForever(target: Target): Promise<void> {
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  const counts: Record<string, number> = {};
  await Promise.all(
    hostileClients(target).map(async client => {
      counts[client.name] = 0;
      while (!stop.signal.aborted) {
        await attack(target.url, client, stop.signal);
        counts[client.name]! += 1;
        await sleep(20);
      }
    }),
  );
  parentPort?.postMessage(counts);
}

/** Milliseconds until the whole answer, over a new connection. */
async function timed(url: string, body?: string): Promise<number> {
  const start = performance.now();
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(url, body === undefined ? { headers } : { method: 'POST', body, headers });
  await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  return performance.now() - start;
}

async function compare(seconds: number): Promise<void> {
  const { modelFolder } = await import('../support/model-folder.ts');
  const { exampleBody } = await import('./servers/load.ts');
  const { folder, remove } = await modelFolder({ trees: 200, rounds: 200 });
  const server = (port: number, ...flags: string[]) =>
    startChild(port, [
      fileURLToPath(new URL('../cmd/server.ts', import.meta.url)),
      ...['--model-dir', folder, '--port', String(port), ...flags],
    ]);
  try {
    const body = exampleBody(folder);
    const values = Object.entries(JSON.parse(body) as Record<string, number>);
    const target = (url: string): Target => ({
      url,
      header: `${values.map(([name]) => name).join()}\n`,
      row: `${values.map(([, value]) => value).join()}\n`,
    });
    const [attacked, quiet] = [await server(ports.attacked), await server(ports.quiet)];
    try {
      await measure(attacked, quiet, target(attacked.url), body, seconds);
    } finally {
      await Promise.all([attacked.stop(), quiet.stop()]);
    }
    const single = await server(ports.single, '--batch-concurrency', '1');
    try {
      await measureSlots(target(single.url));
    } finally {
      await single.stop();
    }
  } finally {
    await remove();
  }
}

type Server = Awaited<ReturnType<typeof startChild>>;

async function measure(attacked: Server, quiet: Server, target: Target, body: string, seconds: number) {
  // The servers load more code after they are ready.
  await sleep(2000);
  const before = attacked.megabytes();
  const attackers = new Worker(new URL(import.meta.url), { workerData: target });
  const counts = once(attackers, 'message');
  const times: Record<string, number[]> = {};
  const record = (name: string, time: number) => {
    times[name] ??= [];
    times[name].push(time);
  };
  let peak = before;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const [kind, { url }] of [['attacked', attacked] as const, ['quiet', quiet] as const]) {
      record(`/livez ${kind}`, await timed(`${url}/livez`));
      record(`/predict ${kind}`, await timed(`${url}/predict`, body));
    }
    peak = Math.max(peak, attacked.megabytes());
    await sleep(20);
  }
  attackers.postMessage('end');
  for (const [name, list] of Object.entries(times).toSorted()) {
    const [p50, p99] = [0.5, 0.99].map(share => quantile(list, share).toFixed(1));
    console.log(`${name.padEnd(18)} p50 ${p50} ms, p99 ${p99} ms (${list.length} requests)`);
  }
  console.log(`memory: ${before.toFixed(0)} MB before, at most ${peak.toFixed(0)} MB`);
  const [uploads] = (await counts) as [Record<string, number>];
  for (const [name, count] of Object.entries(uploads)) console.log(`  ${name}: ended ${count} times`);
}

/** With one slot: how long after a client has disconnected the next upload is taken. */
async function measureSlots(target: Target): Promise<void> {
  const upload = async () => {
    const response = await fetch(`${target.url}/predict_batch`, {
      method: 'POST',
      body: target.header + target.row,
      headers: { 'content-type': 'text/csv' },
    });
    await response.text();
    return response.status;
  };
  await upload();
  for (const client of hostileClients(target)) {
    const stop = new AbortController();
    const ended = attack(target.url, client, stop.signal);
    await sleep(300);
    stop.abort();
    const start = performance.now();
    while ((await upload()) === 503) await sleep(2);
    console.log(`slot free after ${(performance.now() - start).toFixed(0)} ms: ${client.name}`);
    await ended;
  }
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
if (isMainThread) await compare(Number(values.seconds));
else await attackForever(workerData as Target);
