/** Start time and memory of the programs: bundled as in the image, compared with the sources. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { modelFolder } from '../support/model-folder.ts';

const rounds = 9;
const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'bellwether-start-'));
const model = await modelFolder();
spawnSync(process.execPath, [join(root, 'scripts/build.ts'), join(folder, 'dist')], { stdio: 'inherit' });

const environment = {
  NODE_DISABLE_COMPILE_CACHE: '1',
  MALLOC_ARENA_MAX: '2',
  NODE_OPTIONS: '--max-semi-space-size=2',
  BELLWETHER_ARTIFACTS: join(folder, 'artifacts'),
  BELLWETHER_NOW: '2026-01-02T00:00:00Z',
  BELLWETHER_RUN: JSON.stringify({
    apiVersion: 'bellwether.dev/v1alpha1',
    kind: 'TrainingRun',
    metadata: { name: 'start' },
    spec: { data: { source: 'Sample' } },
  }),
};

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Milliseconds of a Fetch stage that reuses its existing artifacts. */
function stageTime(program: string): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [program, 'stage', 'fetch'], { env: environment });
  if (status !== 0) throw new Error(`${program} stage fetch ended with ${status}`);
  return performance.now() - start;
}

/** Milliseconds until a server is ready, and its megabytes a second later. */
async function server(program: string): Promise<[milliseconds: number, megabytes: number]> {
  const start = performance.now();
  const args = [program, 'server', '--port', '0', '--model-dir', model.folder];
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await listening(child);
    while ((await fetch(`${url}/health`)).status !== 200) await sleep(1);
    const milliseconds = performance.now() - start;
    await sleep(1000);
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    return [milliseconds, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024];
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function listening(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
  throw new Error('the server ended before it listened');
}

try {
  for (const [name, program] of [
    ['bundled', join(folder, 'dist/bellwether.js')],
    ['sources', join(root, 'cmd/bellwether.ts')],
  ] as const) {
    stageTime(program);
    const stages = Array.from({ length: rounds }, () => stageTime(program));
    const servers: [number, number][] = [];
    for (let i = 0; i < rounds; i++) servers.push(await server(program));
    const first = median(servers.map(([milliseconds]) => milliseconds));
    const memory = median(servers.map(([, megabytes]) => megabytes));
    console.log(
      `${name}: stage without work ${median(stages).toFixed(0)} ms, server's first 200 after ${first.toFixed(0)} ms, ${memory.toFixed(0)} MB`,
    );
  }
} finally {
  await model.remove();
  await rm(folder, { recursive: true, force: true });
}
