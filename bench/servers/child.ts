/** A server in a separate process. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly url: string;
  readonly pid: number;
  /** From spawning to the first 200 on `/health`. */
  readonly startMilliseconds: number;
  /** Resident memory. */
  megabytes(): number;
  stop(): Promise<void>;
}

/** Starts `node <arguments>` and waits until it is healthy; its output is dropped. */
export async function startChild(port: number, argv: readonly string[], environment = {}): Promise<Child> {
  const start = performance.now();
  const child = spawn(process.execPath, [...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // With the settings of `make run` and `npm run server`: see the Makefile.
    env: {
      ...process.env,
      NODE_OPTIONS: '--max-semi-space-size=2',
      MALLOC_ARENA_MAX: '2',
      ...environment,
    },
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  while ((await statusOf(`${url}/health`)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${argv[0]} ended with code ${child.exitCode}`);
    await sleep(1);
  }
  return {
    url,
    pid: child.pid!,
    startMilliseconds: performance.now() - start,
    megabytes: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString()) / 1024,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

/** 0 while the port is closed. */
async function statusOf(url: string): Promise<number> {
  try {
    const [response] = await once(get(url, { agent: false }), 'response');
    response.resume();
    return response.statusCode;
  } catch {
    return 0;
  }
}
