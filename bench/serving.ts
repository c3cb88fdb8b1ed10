/**
 * Our server compared with a bare `node:http` server with the same models: throughput and latency of `/predict`,
 * memory, and time from the start of the process to the first 200 on `/health`. Both run alternately, several
 * times, so that other load on the machine affects both.
 *
 *     node bench/serving.ts [rounds] [seconds]
 */
import { fileURLToPath } from 'node:url';
import { modelFolder } from '../support/model-folder.ts';
import { median } from './lib/figures.ts';
import { type Child, startChild } from './servers/child.ts';
import { connections, exampleBody, load } from './servers/load.ts';

const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const starts = 7;

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ports = { ours: 18_741, bare: 18_742 };

function startOurs(folder: string, environment = {}): Promise<Child> {
  const flags = ['--model-dir', folder, '--port', String(ports.ours)];
  return startChild(ports.ours, [path('../cmd/server.ts'), ...flags], environment);
}

function startBare(folder: string): Promise<Child> {
  return startChild(ports.bare, [path('./servers/bare.ts'), folder, String(ports.bare)]);
}

async function medianStart(start: () => Promise<Child>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < starts; i++) {
    const child = await start();
    times.push(child.startMilliseconds);
    await child.stop();
  }
  return median(times);
}

const { folder, remove } = await modelFolder({ trees: 200, rounds: 100 });
try {
  const body = exampleBody(folder);
  const ours = await startOurs(folder);
  const bare = await startBare(folder);
  await load(ours, body, 2);
  await load(bare, body, 2);
  const results = [];
  for (let round = 1; round <= rounds; round++) {
    const a = await load(ours, body, seconds);
    const b = await load(bare, body, seconds);
    const ratio = a.perSecond / b.perSecond;
    results.push({ ...a, ratio, bare: b });
    console.log(
      `round ${round}: ours ${a.perSecond.toFixed(0)}/s p50 ${a.p50} ms p99 ${a.p99} ms, ` +
        `bare ${b.perSecond.toFixed(0)}/s p50 ${b.p50} ms p99 ${b.p99} ms, ratio ${ratio.toFixed(3)}`,
    );
  }
  console.log(`\n/predict, ${connections} connections, checks, metrics, request ids and access log on`);
  console.log(
    `  ratio to bare node:http   ${median(results.map(row => row.ratio)).toFixed(3)} (median of ${rounds})`,
  );
  console.log(
    `  p99                       ${median(results.map(row => row.p99))} ms, bare ${median(results.map(row => row.bare.p99))} ms`,
  );
  console.log(
    `  memory                    ${ours.megabytes().toFixed(0)} MB, bare ${bare.megabytes().toFixed(0)} MB`,
  );
  await ours.stop();
  await bare.stop();

  const warm = await medianStart(() => startOurs(folder));
  const cold = await medianStart(() => startOurs(folder, { NODE_DISABLE_COMPILE_CACHE: '1' }));
  const bareStart = await medianStart(() => startBare(folder));
  console.log(
    `  start to first 200        ${warm.toFixed(0)} ms, without compile cache ${cold.toFixed(0)} ms, bare ${bareStart.toFixed(0)} ms`,
  );
} finally {
  await remove();
}
