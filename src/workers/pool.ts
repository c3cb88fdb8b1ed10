/**
 * A fixed number of worker threads that run tasks. A task and its result are structured clones, so typed arrays arrive
 * as typed arrays. The pool does not know what a task does: the program of the threads calls `serveTasks` with the
 * function that runs it.
 */
import { type Transferable, Worker, type WorkerOptions } from 'node:worker_threads';
import type { WorkerReply } from './serve-tasks.ts';

export interface WorkerPoolOptions<Task> {
  /** The program of the threads. */
  readonly file: URL;
  readonly worker?: WorkerOptions;
  /** Threads at most. */
  readonly size: number;
  /** Tasks sent to a thread at once. With 2 or more, the next one has arrived when one ends. */
  readonly depth?: number;
  /** What is sent for a task, at the moment when it is sent; by default the task itself, copied. */
  readonly send?: (task: Task) => Outgoing;
  /** The error of tasks that have not ended when the pool is closed, and of later ones. */
  readonly closed: () => Error;
}

export interface Outgoing {
  readonly message: unknown;
  /** Memory that is moved to the thread instead of copied. */
  readonly transfer: readonly Transferable[];
}

export interface RunOptions {
  /** The only thread that may run the task. */
  readonly on?: PoolThread | undefined;
  /** Groups tasks for `drop`. A task whose signal has fired is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A thread with the tasks sent to it, oldest first, and the number of its claims. */
export interface PoolThread {
  readonly worker: Worker;
  readonly jobs: Job[];
  claims: number;
}

interface Job extends RunOptions {
  /** Sends the task to a thread. */
  readonly start: (worker: Worker) => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A task threw; the message is that of its error. */
export class TaskError extends Error {}

export class WorkerPool<Task> {
  readonly #options: WorkerPoolOptions<Task>;
  readonly #threads: PoolThread[] = [];
  #queue: Job[] = [];
  #closed = false;

  /** Starts no thread yet. */
  constructor(options: WorkerPoolOptions<Task>) {
    this.#options = options;
  }

  /** Tasks not yet sent to a thread. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Runs a task. Tasks are sent in the order in which they were given.
   * @throws TaskError when the task threw; another error when its thread died or the pool is closed.
   */
  run(task: Task, options: RunOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { on, signal } = options;
      if (signal?.aborted) reject(signal.reason);
      else if (this.#closed) reject(this.#options.closed());
      else if (on !== undefined && !this.#threads.includes(on)) {
        reject(new Error('the worker that kept the state of this task has died'));
      } else {
        const start = (worker: Worker) => this.#send(worker, task);
        this.#queue.push({ ...options, start, resolve, reject });
        this.#dispatch();
      }
    });
  }

  /** Rejects the tasks of a signal that has fired, as far as they have not been sent to a thread. */
  drop(signal: AbortSignal): void {
    const dropped = this.#queue.filter(job => job.signal === signal);
    this.#queue = this.#queue.filter(job => job.signal !== signal);
    for (const job of dropped) job.reject(signal.reason);
  }

  /** Starts every thread at once. Without it a thread is started when a task finds all others busy. */
  startAll(): void {
    while (!this.#closed && this.#threads.length < this.#options.size) this.#startThread();
  }

  /** A thread for tasks that share state: the one with the fewest claims. */
  claim(): PoolThread {
    this.startAll();
    const thread = this.#threads.reduce((least, other) => (other.claims < least.claims ? other : least));
    thread.claims += 1;
    return thread;
  }

  release(thread: PoolThread): void {
    thread.claims -= 1;
  }

  /** Ends every thread at once; tasks that have not ended are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const threads = this.#threads.splice(0);
    for (const job of [...this.#queue.splice(0), ...threads.flatMap(({ jobs }) => jobs.splice(0))]) {
      job.reject(this.#options.closed());
    }
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #startThread(): void {
    const worker = new Worker(this.#options.file, this.#options.worker);
    // An idle thread must not keep the process alive.
    worker.unref();
    const thread: PoolThread = { worker, jobs: [], claims: 0 };
    this.#threads.push(thread);
    worker.on('message', (reply: WorkerReply) => this.#settle(thread, reply));
    worker.on('error', error => this.#lose(thread, error));
    worker.on('exit', code => this.#lose(thread, new Error(`a worker ended with code ${code}`)));
  }

  /** Level by level, so that no thread gets its second task before each has its first. */
  #dispatch(): void {
    const { size, depth = 1 } = this.#options;
    for (let level = 1; level <= depth; level++) {
      for (const thread of this.#threads) {
        if (thread.jobs.length < level) this.#giveNext(thread);
      }
      while (level === 1 && this.#threads.length < size && this.#queue.some(job => job.on === undefined)) {
        this.#startThread();
        this.#giveNext(this.#threads.at(-1)!);
      }
    }
  }

  /** Sends to `thread` the oldest task that it may run. */
  #giveNext(thread: PoolThread): void {
    const at = this.#queue.findIndex(job => job.on === undefined || job.on === thread);
    const [job] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (job === undefined) return;
    if (thread.jobs.push(job) === 1) thread.worker.ref();
    job.start(thread.worker);
  }

  #send(worker: Worker, task: Task): void {
    const { message, transfer } = this.#options.send?.(task) ?? { message: task, transfer: [] };
    worker.postMessage(message, transfer);
  }

  #settle(thread: PoolThread, reply: WorkerReply): void {
    const job = thread.jobs.shift();
    if (thread.jobs.length === 0) thread.worker.unref();
    if ('error' in reply) job?.reject(new TaskError(reply.error));
    else job?.resolve(reply.value);
    this.#dispatch();
  }

  /** A thread that died takes along the tasks sent to it and those bound to it. Another is started for the rest. */
  #lose(thread: PoolThread, error: unknown): void {
    const at = this.#threads.indexOf(thread);
    if (at < 0) return;
    this.#threads.splice(at, 1);
    const bound = this.#queue.filter(job => job.on === thread);
    this.#queue = this.#queue.filter(job => job.on !== thread);
    for (const job of [...thread.jobs.splice(0), ...bound]) job.reject(error);
    this.#dispatch();
  }
}
