/** Two operators of a lane, each behind its own proxy and restarted when it exits, as a Deployment does. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiProxy, startApiProxy } from '../e2e/harness/api-proxy.ts';
import { type SpawnedOperator, spawnOperator } from '../e2e/harness/operator-process.ts';

const restartMilliseconds = 1000;
const preload = `--import=${join(import.meta.dirname, 'clock.ts')}`;

export interface OperatorSettings {
  readonly namespace: string;
  readonly bundle: string;
  readonly yahooHost: string;
}

export class SupervisedOperator {
  readonly identity: string;
  readonly proxy: ApiProxy;
  readonly #settings: OperatorSettings;
  readonly #clockFile: string;
  #process: SpawnedOperator;
  #closing = false;
  /** Its address while it is ready. */
  url: string | null = null;
  starts = 0;

  static async start(identity: string, settings: OperatorSettings): Promise<SupervisedOperator> {
    return new SupervisedOperator(identity, settings, await startApiProxy());
  }

  constructor(identity: string, settings: OperatorSettings, proxy: ApiProxy) {
    this.identity = identity;
    this.proxy = proxy;
    this.#settings = settings;
    this.#clockFile = join(proxy.kubeconfig, '..', 'clock');
    this.#process = this.#spawn();
    void this.#supervise();
  }

  async #supervise(): Promise<void> {
    while (!this.#closing) {
      await this.#process.ended;
      this.url = null;
      await sleep(restartMilliseconds);
      if (!this.#closing) this.#process = this.#spawn();
    }
  }

  #spawn(): SpawnedOperator {
    this.starts++;
    const { namespace, bundle, yahooHost } = this.#settings;
    const operator = spawnOperator(namespace, {
      kubeconfig: this.proxy.kubeconfig,
      bundle,
      identity: this.identity,
      leaderElection: true,
      env: { NODE_OPTIONS: `${preload} --max-semi-space-size=4`, CHAOS_CLOCK_FILE: this.#clockFile },
      flags: [`--yahoo-host=${yahooHost}`, '--silence-seconds=10', '--log-level=info'],
    });
    operator.ready.then(
      url => {
        this.url = url;
      },
      () => {},
    );
    return operator;
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }

  terminate(): Promise<unknown> {
    return this.#process.stop();
  }

  suspend(): void {
    this.#process.suspend();
  }

  resume(): void {
    this.#process.resume();
  }

  /** Shifts its clock. */
  async shiftClock(milliseconds: number): Promise<void> {
    await writeFile(this.#clockFile, String(milliseconds));
  }

  /** Whether it is healthy and holds the Lease. Null while it does not answer. */
  async state(): Promise<{ readonly healthy: boolean; readonly leads: boolean } | null> {
    if (this.url === null) return null;
    try {
      const signal = AbortSignal.timeout(5000);
      const [health, metrics] = await Promise.all(
        ['healthz', 'metrics'].map(path => fetch(`${this.url}/${path}`, { signal })),
      );
      const leads = /^leader_election_master_status\{name="bellwether"\} 1$/m.test(
        (await metrics?.text()) ?? '',
      );
      return { healthy: health?.status === 200, leads };
    } catch {
      return null;
    }
  }

  /** The last lines of its log. */
  log(lines = 15): string {
    return this.#process.lines
      .slice(-lines)
      .map(line => JSON.stringify(line))
      .join('\n');
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#process.resume();
    await this.#process.kill();
    await this.proxy.close();
  }
}
