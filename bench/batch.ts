/**
 * `POST /predict_batch` compared with a naive implementation: the file is read whole, split into lines and cells,
 * predicted row by row, and answered by JSON.stringify. Each server is a separate process. The client streams rows over
 * loopback while another thread polls /health.
 *
 *     node bench/batch.ts [--rows 1000000] [--accept text/csv] [--form]
 *
 * Reports seconds for the whole request, the server's peak memory (VmHWM) and the slowest /health.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Random } from '../src/models/random.ts';
import { closesOf, seriesKinds } from './data/series.ts';
import { startChild } from './servers/child.ts';
import { readModels } from './servers/models.ts';

const trees = 200;
const port = 18_743;

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const programs = {
  streaming: (folder: string) => [path('../cmd/server.ts'), '--model-dir', folder, '--port', String(port)],
  naive: (folder: string) => [path('./servers/naive-batch.ts'), folder, String(port)],
};
type Kind = keyof typeof programs;

if (isMainThread) await compare();
else await probe(workerData as string);

interface Upload {
  readonly name: string;
  readonly header: string;
  readonly chunks: readonly Buffer[];
}

/** Indicators similar to those of the sample, at full precision. */
function indicators(rows: number, names: readonly string[]): Upload {
  const random = new Random(1);
  const spread = [0.05, 0.1, 0, 0.03, 0.03];
  const row = () =>
    spread.map((width, i) => {
      if (i === 2) return (random.uniform() * 100).toFixed(2);
      return i < 2 ? (random.uniform() - 0.5) * width : random.uniform() * width;
    });
  return { name: 'indicators', header: `${names.join()}\n`, chunks: chunked(rows, () => row().join()) };
}

/** Bars of a random walk, one a calendar day. */
function bars(rows: number): Upload {
  const random = new Random(2);
  const closes = closesOf(seriesKinds[0]!.returns(rows, random).map(change => change / 50));
  const start = Date.UTC(1000, 0, 1);
  const line = (i: number) => {
    const close = closes[i]!;
    const date = new Date(start + i * 86_400_000).toISOString().slice(0, 10);
    const [open, high, low] = [close, close * 1.01, close * 0.99].map(price => price.toFixed(4));
    return `${date},${open},${high},${low},${close.toFixed(4)},${10_000_000 + i}`;
  };
  return { name: 'OHLCV', header: 'date,open,high,low,close,volume\n', chunks: chunked(rows, line) };
}

function chunked(rows: number, line: (i: number) => string): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < rows; from += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - from) }, (_, i) => line(from + i));
    chunks.push(Buffer.from(`${lines.join('\n')}\n`));
  }
  return chunks;
}

interface Options {
  readonly rows: number;
  readonly accept: string;
  readonly form: boolean;
}

interface Figures {
  readonly seconds: number;
  /** Processor time of the server, all threads, which other load on the machine hardly changes. */
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
  readonly slowestHealth: number;
  readonly sent: number;
  readonly received: number;
}

async function compare(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      accept: { type: 'string', default: 'application/json' },
      form: { type: 'boolean', default: false },
    },
  });
  const options: Options = { ...values, rows: Number(values.rows) };
  // Imported here, because it loads training code that the polling thread does not need.
  const { modelFolder } = await import('../support/model-folder.ts');
  const { folder, remove } = await modelFolder({ trees, rounds: trees });
  try {
    const form = options.form ? ', sent as a form' : '';
    console.log(`${options.rows} rows, ${trees} trees in each model, answer ${options.accept}${form}`);
    await compareOn(folder, options);
  } finally {
    await remove();
  }
}

async function compareOn(folder: string, options: Options): Promise<void> {
  const { features } = readModels(folder);
  const rows = indicators(options.rows, features);
  const streamed = await measure('streaming', folder, rows, options);
  await measure('streaming', folder, bars(options.rows), options);
  const naive = await measure('naive', folder, rows, { ...options, form: false });
  console.log(
    `naive / streaming, indicators: ${(naive.seconds / streamed.seconds).toFixed(1)} times the time, ` +
      `${(naive.peakMegabytes / streamed.peakMegabytes).toFixed(1)} times the memory`,
  );
}

async function measure(kind: Kind, folder: string, upload: Upload, options: Options): Promise<Figures> {
  const child = await startChild(port, programs[kind](folder));
  try {
    const prober = new Worker(new URL(import.meta.url), { workerData: `${child.url}/health` });
    await once(prober, 'message');
    // The server loads more code after it is ready. The peak is measured from here on.
    await sleep(2000);
    writeFileSync(`/proc/${child.pid}/clear_refs`, '5');
    const usedBefore = processorTime(child.pid);
    const start = performance.now();
    const { sent, received } = await send(`${child.url}/predict_batch`, upload, options);
    const seconds = (performance.now() - start) / 1000;
    const slowest = once(prober, 'message');
    prober.postMessage('end');
    const [slowestHealth] = (await slowest) as [number];
    const figures = {
      seconds,
      processorSeconds: processorTime(child.pid) - usedBefore,
      peakMegabytes: peakMemory(child.pid),
      slowestHealth,
      sent,
      received,
    };
    print(`${kind}, ${upload.name}`, figures);
    return figures;
  } finally {
    await child.stop();
  }
}

function print(name: string, figures: Figures): void {
  const { seconds, processorSeconds, peakMegabytes, slowestHealth, sent, received } = figures;
  console.log(
    `${name.padEnd(24)} ${seconds.toFixed(2)} s (processor ${processorSeconds.toFixed(2)} s), peak ${peakMegabytes.toFixed(0)} MB, slowest /health ` +
      `${slowestHealth.toFixed(1)} ms, sent ${megabytes(sent)} MB, received ${megabytes(received)} MB`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** Sends as fast as the server reads, and reads the answer meanwhile. */
async function send(url: string, upload: Upload, { rows, accept, form }: Options) {
  const type = form ? 'multipart/form-data; boundary=----bench' : 'text/csv';
  const post = request(url, { method: 'POST', headers: { 'content-type': type, accept } });
  let sent = 0;
  let received = 0;
  let tail: Buffer = Buffer.alloc(0);
  const answered = once(post, 'response').then(async ([response]) => {
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        received += chunk.length;
        tail = chunk.length < 300 ? Buffer.concat([tail, chunk]).subarray(-300) : chunk.subarray(-300);
      }
    } catch (error) {
      throw new Error(`the answer broke off after: ${tail}`, { cause: error });
    }
    if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${tail}`);
    if (accept !== 'text/csv' && !tail.includes(`"rows":${rows}`)) throw new Error(`incomplete: ${tail}`);
  });
  const partHead =
    '------bench\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\n';
  post.write(form ? partHead + upload.header : upload.header);
  for (const chunk of upload.chunks) {
    sent += chunk.length;
    if (!post.write(chunk)) await once(post, 'drain');
  }
  post.end(form ? '\r\n------bench--\r\n' : '');
  await answered;
  return { sent, received };
}

/** Megabytes. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Seconds in user and system mode since the process began; the clock of /proc ticks 100 times a second. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The polling thread: requests /health every 20 ms and reports the slowest answer, in milliseconds, at the end. */
async function probe(url: string): Promise<void> {
  let slowest = 0;
  let isEnded = false;
  parentPort?.once('message', () => {
    isEnded = true;
  });
  // A new connection for each request: a server blocked for seconds resets idle ones.
  const ask = async () => (await fetch(url, { headers: { connection: 'close' } })).text();
  await ask();
  parentPort?.postMessage('ready');
  while (!isEnded) {
    const start = performance.now();
    await ask();
    slowest = Math.max(slowest, performance.now() - start);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  parentPort?.postMessage(slowest);
}
