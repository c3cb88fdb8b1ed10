/**
 * Watches one lane from inside the cluster: sends predictions to its Models all the time, and reads and alters the files of
 * its volume, which is mounted at /artifacts. The program outside reaches it through the API server.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, glob, open, readdir, readFile, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const observerPort = 8084;

export interface ProbeFailure {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly cause: string;
}

export interface Probe {
  readonly answered: number;
  /** The version of the last prediction. */
  readonly version: string | null;
  /** Milliseconds since 1970. */
  readonly lastAnswer: number;
  /** Requests without a response; the latest. */
  readonly broken: readonly ProbeFailure[];
  /** Statuses other than 200, and predictions that differ from the first of the version. Never acceptable. */
  readonly wrong: readonly ProbeFailure[];
}

export interface FileStart {
  readonly model: string;
  readonly run: string;
  readonly stage: string;
}

const artifacts = '/artifacts';
const filler = join(artifacts, 'filler');
const pauseMilliseconds = 250;
const mostKept = 500;
const mostFilled = 100 << 20;

export async function runObserver({ OBSERVER_MODELS = '' }: NodeJS.ProcessEnv): Promise<boolean> {
  const probes = Object.fromEntries(OBSERVER_MODELS.split(',').map(name => [name, startProbe(name)]));
  const answers: Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>> = {
    '/probes': async () => probes,
    '/starts': starts,
    '/altered': query => alteredFiles(query.get('model') ?? ''),
    '/files': query => filesOf(query.get('folder') ?? ''),
    '/flip': query => flip(query.get('path') ?? '', Number(query.get('bit'))),
    '/track': async () => readFile(join(artifacts, 'real/.track/AAPL'), 'utf8').catch(() => ''),
    '/fill': fill,
    '/empty': () => rm(filler, { force: true }).then(() => true),
  };
  const server = createServer(async (asked, response) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://observer');
    try {
      response.end(JSON.stringify((await answers[pathname]?.(searchParams)) ?? null));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(observerPort, '0.0.0.0');
  process.once('SIGTERM', () => process.exit(0));
  return true;
}

function startProbe(model: string): Probe {
  const golden = new Map<string, string>();
  const probe = {
    answered: 0,
    version: null as string | null,
    lastAnswer: 0,
    broken: [] as ProbeFailure[],
    wrong: [] as ProbeFailure[],
  };
  const keep = (list: ProbeFailure[], time: number, cause: string) => {
    list.push({ time, cause });
    if (list.length > mostKept) list.shift();
  };
  let body: string | null = null;
  const once = async () => {
    const time = Date.now();
    try {
      body ??= await indicators(model);
      const { status, text } = await ask(`http://${model}/predict`, body);
      if (status !== 200) return keep(probe.wrong, time, `${status} ${text.slice(0, 200)}`);
      const { predicted_return, risk_level, probabilities, model: about } = JSON.parse(text);
      const prediction = JSON.stringify([predicted_return, risk_level, probabilities]);
      const expected = golden.get(about.version) ?? prediction;
      golden.set(about.version, expected);
      if (prediction !== expected) return keep(probe.wrong, time, `${prediction} instead of ${expected}`);
      probe.answered++;
      probe.version = about.version;
      probe.lastAnswer = time;
    } catch (error) {
      if (probe.answered > 0)
        keep(probe.broken, time, error instanceof Error ? error.message : String(error));
    }
  };
  void (async () => {
    for (;;) {
      await once();
      await sleep(pauseMilliseconds);
    }
  })();
  return probe;
}

/** The latest indicators of a real server; fake servers accept anything. */
async function indicators(model: string): Promise<string> {
  const { status, text } = await ask(`http://${model}/model/history`);
  if (status !== 200) throw new Error(`history: ${status}`);
  return JSON.stringify(JSON.parse(text).latest?.indicators ?? {});
}

const agent = new Agent({ keepAlive: false });

function ask(url: string, body?: string): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  const asked = request(url, { method, agent, headers, timeout: 15_000 }, response => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', part => {
      text += part;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    response.on('error', reject);
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer within 15 s')));
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

async function starts(): Promise<FileStart[]> {
  const found: FileStart[] = [];
  for await (const path of glob('*/*/starts.log', { cwd: artifacts })) {
    const [model = '', run = ''] = path.split('/');
    const lines = (await readFile(join(artifacts, path), 'utf8')).split('\n').filter(line => line !== '');
    // A full volume may cut the last line.
    found.push(...lines.flatMap(line => startOf(line).map(stage => ({ model, run, stage }))));
  }
  return found;
}

function startOf(line: string): string[] {
  try {
    return [JSON.parse(line).stage];
  } catch {
    return [];
  }
}

/** Files of published versions whose digests differ from their manifest. */
async function alteredFiles(model: string): Promise<string[]> {
  const altered: string[] = [];
  for await (const path of glob(`${model}/.versions/*/*/manifest.json`, { cwd: artifacts })) {
    const { outputs } = JSON.parse(await readFile(join(artifacts, path), 'utf8'));
    for (const { file, sha256 } of outputs) {
      const name = join(dirname(path), file);
      const bytes = await readFile(join(artifacts, name));
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) altered.push(name);
    }
  }
  return altered;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(artifacts, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(artifacts.length + 1))
    .sort();
}

/** Inverts one bit; a second call restores it. Published files may be read-only. */
async function flip(path: string, bit: number): Promise<boolean> {
  const target = join(artifacts, path);
  const bytes = await readFile(target);
  const at = Math.floor(bit / 8) % bytes.length;
  const { mode } = await (async () => {
    const file = await open(target, 'r');
    const stat = await file.stat();
    await file.chmod(0o644);
    await file.close();
    return stat;
  })();
  const file = await open(target, 'r+');
  await file.write(Buffer.from([(bytes[at] ?? 0) ^ (1 << (bit % 8))]), 0, 1, at);
  await file.sync();
  await file.chmod(mode);
  await file.close();
  return true;
}

/** Fills the volume to its last page. */
async function fill(): Promise<boolean> {
  const file = await open(filler, 'w');
  for (const size of [1 << 20, 1 << 16, 1 << 12]) await writeUntilFull(file, Buffer.alloc(size, 1));
  await file.close();
  return true;
}

/** Stops at ENOSPC. A volume without a limit of its own must not be filled. */
async function writeUntilFull(file: FileHandle, chunk: Buffer): Promise<void> {
  try {
    for (let written = 0; written < mostFilled; written += chunk.length) await file.write(chunk);
  } catch {
    return;
  }
  throw new Error(`the volume has more than ${mostFilled} bytes`);
}
