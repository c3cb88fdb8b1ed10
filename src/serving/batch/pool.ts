/**
 * The worker threads of `/predict_batch`. Tasks run in the order in which they were given, whoever gave them:
 * since each upload has only a few under way at once, uploads take turns.
 */
import { Worker } from 'node:worker_threads';
import { workerFile } from '../../package-files.ts';
import { HttpError } from '../errors.ts';
import { blockMemory } from './line-blocks.ts';
import type { BatchModel, BatchReply, BatchResult, BatchTask, WorkTask } from './tasks.ts';

/** Tasks that a worker holds: the next lies ready when one is done. */
const depth = 2;
/** Blocks' memory kept for later uploads. */
const spentKept = 16;

interface Job {
  readonly task: WorkTask;
  /** The only worker that may run it; any if undefined. */
  readonly lane: Lane | undefined;
  readonly signal: AbortSignal;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker and what it was given, oldest first. */
export interface Lane {
  readonly worker: Worker;
  readonly jobs: Job[];
  /** Uploads that keep their state here. */
  uploads: number;
}

export class BatchPool {
  readonly #size: number;
  readonly #model: BatchModel;
  readonly #lanes: Lane[] = [];
  #queue: Job[] = [];
  readonly #spent: ArrayBuffer[] = [];
  readonly #sent: ArrayBuffer[] = [];
  #closed = false;

  constructor(size: number, model: BatchModel) {
    this.#size = size;
    this.#model = model;
  }

  /** Memory for a block: used again, since what is freed on another thread than it was taken on is slow to come back. */
  takeMemory(): ArrayBuffer {
    return this.#spent.pop() ?? new ArrayBuffer(blockMemory);
  }

  /** Takes back the memory of an answer that has been sent. */
  giveBack(answer: Uint8Array<ArrayBuffer>): void {
    if (this.#sent.length < spentKept) this.#sent.push(answer.buffer);
  }

  /** Tasks that no worker has been given yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Runs a task, on `lane` if given. Rejects at once when `signal` fires: a task still waiting is never run, one
   * under way ends unheard.
   */
  run<T extends WorkTask>(task: T, signal: AbortSignal, lane?: Lane): Promise<BatchResult<T>> {
    return new Promise((resolve, reject) => {
      if (this.#closed || signal.aborted) {
        reject(signal.aborted ? signal.reason : closing());
        return;
      }
      if (lane !== undefined && !this.#lanes.includes(lane)) {
        reject(new Error('the worker that kept the state of the upload has died'));
        return;
      }
      const job: Job = { task, lane, signal, resolve, reject };
      this.#queue.push(job);
      this.#dispatch();
    });
  }

  /** Drops the waiting tasks of an upload whose signal has fired. */
  drop(signal: AbortSignal): void {
    const dropped = this.#queue.filter(job => job.signal === signal);
    this.#queue = this.#queue.filter(job => job.signal !== signal);
    for (const job of dropped) job.reject(signal.reason);
  }

  /** The worker that shall keep the state of an upload: the one with the fewest of them. */
  claim(): Lane {
    this.#startAll();
    const lane = this.#lanes.reduce((least, other) => (other.uploads < least.uploads ? other : least));
    lane.uploads += 1;
    return lane;
  }

  release(lane: Lane, upload: number): void {
    lane.uploads -= 1;
    lane.worker.postMessage({ kind: 'forget', id: upload } satisfies BatchTask);
  }

  /** Stops every worker at once; tasks under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const lanes = this.#lanes.splice(0);
    for (const job of [...this.#queue, ...lanes.flatMap(lane => lane.jobs)]) job.reject(closing());
    this.#queue = [];
    await Promise.all(lanes.map(lane => lane.worker.terminate()));
  }

  #startAll(): void {
    while (this.#lanes.length < this.#size) this.#lanes.push(this.#start());
  }

  #start(): Lane {
    const worker = new Worker(workerFile('serving/batch/worker'), {
      workerData: this.#model,
      // Blocks live outside the heap; a small young generation keeps the rest small too.
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
    });
    worker.unref();
    const lane: Lane = { worker, jobs: [], uploads: 0 };
    worker.on('message', (reply: BatchReply) => this.#settle(lane, reply));
    worker.on('error', error => this.#lose(lane, error));
    worker.on('exit', code => this.#lose(lane, new Error(`a batch worker ended with code ${code}`)));
    return lane;
  }

  #dispatch(): void {
    // Workers that cannot live are not started again and again for nothing.
    if (this.#closed || this.#queue.length === 0) return;
    this.#startAll();
    // Level by level, so that no worker gets its second task before each has its first.
    for (let level = 1; level <= depth; level++) {
      for (const lane of this.#lanes) {
        if (lane.jobs.length < level) this.#give(lane);
      }
    }
  }

  /** Gives `lane` the oldest task that it may run. */
  #give(lane: Lane): void {
    const at = this.#queue.findIndex(job => job.lane === undefined || job.lane === lane);
    if (at < 0) return;
    const [job] = this.#queue.splice(at, 1);
    lane.jobs.push(job!);
    const { task } = job!;
    const moved = movable(task);
    if (task.kind === 'featurize') {
      lane.worker.postMessage(task, moved);
      return;
    }
    const memory = this.#sent.pop();
    lane.worker.postMessage({ ...task, memory }, memory === undefined ? moved : [...moved, memory]);
  }

  #settle(lane: Lane, reply: BatchReply): void {
    const job = lane.jobs.shift();
    if (reply.spent !== undefined && this.#spent.length < spentKept) this.#spent.push(reply.spent);
    if (reply.error === undefined) job?.resolve(reply.result as never);
    else job?.reject(new Error(reply.error));
    this.#dispatch();
  }

  /** A worker that died takes its tasks along; another takes its place. */
  #lose(lane: Lane, error: unknown): void {
    const at = this.#lanes.indexOf(lane);
    if (at < 0) return;
    this.#lanes.splice(at, 1);
    const stranded = this.#queue.filter(job => job.lane === lane);
    this.#queue = this.#queue.filter(job => job.lane !== lane);
    for (const job of [...lane.jobs.splice(0), ...stranded]) job.reject(error);
    this.#dispatch();
  }
}

function closing(): HttpError {
  return new HttpError('ModelNotReady', 'the server is shutting down');
}

/** The memory that a task takes with it. */
function movable(task: WorkTask): ArrayBuffer[] {
  if (task.kind !== 'predict') return [task.block.bytes.buffer];
  const { values, dates, lines } = task.rows;
  return [values.buffer, dates.buffer, lines.buffer];
}
