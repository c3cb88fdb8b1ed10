/** The operator as a child process, so that a test can kill it at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Allowed } from '../../../src/api/allowed.ts';
import { everythingAllowed } from '../../../support/cluster/allowed.ts';
import { image } from '../../../support/cluster/images.ts';

const program = join(import.meta.dirname, '../../../cmd/operator.ts');

export interface OperatorProcess extends SpawnedOperator {
  /** Base URL of health checks and metrics. */
  readonly url: string;
}

/** A process that may not be ready yet. */
export interface SpawnedOperator {
  /** Base URL of health checks and metrics, once the caches are filled. Rejects with the log if it exits before. */
  readonly ready: Promise<string>;
  /** Resolves when the process has exited: its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  readonly pid: number;
  /** Its log lines. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** SIGKILL: no shutdown, the Lease is not released. Resolves when the process has exited. */
  kill(): Promise<void>;
  /** SIGSTOP: pauses the process until `resume`. */
  suspend(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGTERM: releases the Lease. @returns the exit code */
  stop(): Promise<number | null>;
}

export interface OperatorProcessOptions {
  readonly image?: string;
  /** Default: false, so that the next process need not wait for the Lease of a killed one. */
  readonly leaderElection?: boolean;
  readonly identity?: string;
  /** Path of the kubeconfig; default: $KUBECONFIG. */
  readonly kubeconfig?: string;
  /** Further namespaces that it watches. */
  readonly alsoWatch?: readonly string[];
  /** What TrainingRuns and Models may set; default: everything. */
  readonly allowed?: Partial<Allowed>;
  readonly flags?: readonly string[];
  /** The bundled program of scripts/build.ts; default: the sources. */
  readonly bundle?: string;
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it for one namespace; resolves when its caches are filled. @throws Error with the log if it exits before */
export async function startOperatorProcess(
  namespace: string,
  options: OperatorProcessOptions = {},
): Promise<OperatorProcess> {
  const operator = spawnOperator(namespace, options);
  return { ...operator, url: await operator.ready };
}

/** Starts it for one namespace and returns at once. */
export function spawnOperator(namespace: string, options: OperatorProcessOptions = {}): SpawnedOperator {
  const { leaderElection = false, identity, kubeconfig = process.env.KUBECONFIG, flags = [] } = options;
  const named = {
    image: options.image ?? image,
    namespaces: [namespace, ...(options.alsoWatch ?? [])].join(','),
    'lease-namespace': namespace,
    'leader-election': String(leaderElection),
    host: '127.0.0.1',
    port: '0',
    'log-level': 'debug',
    allowed: JSON.stringify(options.allowed ?? everythingAllowed),
    ...(identity !== undefined && { identity }),
  };
  const args = Object.entries(named).map(([name, value]) => `--${name}=${value}`);
  const start = options.bundle === undefined ? [program] : [options.bundle, 'operator'];
  const child = spawn(process.execPath, [...start, ...args, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBECONFIG: kubeconfig, ...options.env },
  });
  const ended = once(child, 'close').then(([code]) => code);
  const lines: Record<string, unknown>[] = [];
  const raw: string[] = [];
  const ready = urlOnceReady(child, lines, raw);
  // Callers that do not await `ready` use `ended`.
  ready.catch(() => {});
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    ready,
    ended,
    pid: child.pid ?? 0,
    lines,
    kill: async () => void (await end('SIGKILL')),
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
  };
}

/** Reads the log until the process exits; the address is logged before the caches are filled. */
function urlOnceReady(child: ChildProcess, lines: Record<string, unknown>[], raw: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError('the operator has no pipes');
  let url = '';
  createInterface({ input: stderr }).on('line', line => raw.push(line));
  createInterface({ input: stdout }).on('line', line => {
    raw.push(line);
    const entry = parsed(line);
    if (entry === null) return;
    lines.push(entry);
    if (entry.msg === 'started') url = String(entry.url);
    if (entry.msg === 'caches filled') resolve(url);
  });
  child.once('error', reject);
  child.once('close', code => reject(new Error(`the operator ended with ${code}:\n${raw.join('\n')}`)));
  return promise;
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
