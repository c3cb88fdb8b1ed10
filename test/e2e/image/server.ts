/** A fake server for versions of a fake Evaluate, with the real server's paths, settings and shutdown. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { servedSchema } from '../../../support/cluster/script.ts';

/** Longer than the liveness probe's patience: the kubelet must restart the container. */
const hangMilliseconds = 120_000;
/** More than the memory limit of a test's servers. */
const allocated = 700 << 20;
const memory: Buffer[] = [];

const environmentSchema = z.object({
  BELLWETHER_MODEL_DIR: z.string(),
  BELLWETHER_PORT: z.coerce.number().default(8080),
  BELLWETHER_DRAIN_DELAY_SECONDS: z.coerce.number().default(0),
});

/** Returns false if the folder has real artifacts, which the real server must serve. */
export async function runFakeServer(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const settings = environmentSchema.parse(environment);
  const text = await readFile(join(settings.BELLWETHER_MODEL_DIR, 'stand-in.json'), 'utf8').catch(() => null);
  if (text === null) return false;
  const { unready, ...model } = servedSchema.parse(JSON.parse(text));
  const server = createServer(({ url }, response) => {
    if (url === '/test/hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, hangMilliseconds);
    if (url === '/test/allocate') memory.push(Buffer.alloc(allocated, 1));
    const refused = unready && url === '/health';
    const answer = url === '/predict' ? { risk_level: 1, model: { name: model.model, ...model } } : model;
    response.writeHead(refused ? 503 : 200, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ status: refused ? 'loading' : 'ready', ...answer })}\n`);
  });
  server.listen(settings.BELLWETHER_PORT, '0.0.0.0');
  process.once('SIGTERM', async () => {
    await sleep(settings.BELLWETHER_DRAIN_DELAY_SECONDS * 1000);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
  return true;
}
