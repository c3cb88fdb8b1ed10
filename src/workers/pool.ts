/**
 * A fixed set of worker threads that runs pure compute tasks. Tasks are named functions registered in
 * `tasks.ts`; arguments and results are structured clones, so typed arrays arrive as typed arrays.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../failure.ts';
import { workerFile } from '../package-files.ts';
import type { RunTask, TaskName } from './tasks.ts';

interface Job {
  readonly name: TaskName;
  readonly input: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerReply {
  readonly value?: unknown;
  readonly error?: string;
}

export class WorkerPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  readonly #queue: Job[] = [];
  #closed = false;

  /** Workers start with the first tasks that need them. */
  constructor(size = availableParallelism()) {
    this.#size = size;
  }

  readonly runTask: RunTask = (name, input) =>
    new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Failure('Interrupted', 'the run was stopped'));
        return;
      }
      this.#queue.push({ name, input, resolve, reject });
      this.#dispatch();
    });

  /** Stops every worker at once; tasks under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const stopped = new Failure('Interrupted', 'the run was stopped');
    for (const job of [...this.#queue.splice(0), ...this.#busy.values()]) job.reject(stopped);
    const workers = [...this.#idle, ...this.#busy.keys()];
    this.#busy.clear();
    await Promise.all(workers.map(worker => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
      if (worker === undefined) return;
      const job = this.#queue.shift()!;
      this.#busy.set(worker, job);
      worker.ref();
      worker.postMessage({ name: job.name, input: job.input });
    }
  }

  #start(): Worker {
    const worker = new Worker(workerFile('workers/worker'));
    worker.on('message', (reply: WorkerReply) => this.#settle(worker, reply));
    worker.on('error', error => this.#lose(worker, error));
    worker.on('exit', code => this.#lose(worker, new Error(`the worker thread ended with code ${code}`)));
    return worker;
  }

  #settle(worker: Worker, reply: WorkerReply): void {
    const job = this.#busy.get(worker);
    if (job === undefined) return;
    this.#busy.delete(worker);
    // An idle worker must not keep the process alive.
    worker.unref();
    this.#idle.push(worker);
    if (reply.error === undefined) job.resolve(reply.value as never);
    else job.reject(new Failure('TrainingFailed', `${job.name}: ${reply.error}`));
    this.#dispatch();
  }

  #lose(worker: Worker, error: unknown): void {
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    job?.reject(error instanceof Error ? error : new Error(String(error)));
    if (!this.#closed) this.#dispatch();
  }
}
