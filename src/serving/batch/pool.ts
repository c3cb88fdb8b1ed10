/**
 * The worker threads of `/predict_batch`. Tasks run in the order in which they were given. Each upload has only a few tasks
 * in the queue at a time, so that concurrent uploads alternate.
 */
import type { Transferable } from 'node:worker_threads';
import { workerFile } from '../../package-files.ts';
import { type Outgoing, type PoolThread, WorkerPool } from '../../workers/pool.ts';
import { HttpError } from '../errors.ts';
import { blockMemory } from './line-blocks.ts';
import type { BatchModel, BatchReply, BatchResult, BatchTask, WorkTask } from './tasks.ts';

/** Buffers of blocks, and of answers, kept for later uploads. */
const buffersKept = 16;

export class BatchPool {
  readonly #pool: WorkerPool<BatchTask>;
  readonly #blockBuffers: ArrayBuffer[] = [];
  readonly #answerBuffers: ArrayBuffer[] = [];

  constructor(size: number, model: BatchModel) {
    this.#pool = new WorkerPool({
      file: workerFile('serving/batch/worker'),
      worker: {
        workerData: model,
        // Blocks live outside the heap; a small young generation keeps the rest small too.
        resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
      },
      size,
      depth: 2,
      send: task => this.#outgoing(task),
      closed: () => new HttpError('ModelNotReady', 'the server is shutting down'),
    });
  }

  /**
   * Memory for a block. Buffers are used again, because memory freed on another thread than the one that allocated it is
   * slow to come back.
   */
  takeMemory(): ArrayBuffer {
    return this.#blockBuffers.pop() ?? new ArrayBuffer(blockMemory);
  }

  /** Takes back the memory of an answer that has been sent. */
  giveBack(answer: Uint8Array<ArrayBuffer>): void {
    if (this.#answerBuffers.length < buffersKept) this.#answerBuffers.push(answer.buffer);
  }

  /** Tasks not yet sent to a thread. */
  get waiting(): number {
    return this.#pool.waiting;
  }

  /** Runs a task, on `thread` if given. Rejects when `signal` has fired. */
  async run<T extends WorkTask>(task: T, signal: AbortSignal, thread?: PoolThread): Promise<BatchResult<T>> {
    this.#pool.startAll();
    const { result, spent } = (await this.#pool.run(task, { signal, on: thread })) as BatchReply;
    if (spent !== undefined && this.#blockBuffers.length < buffersKept) this.#blockBuffers.push(spent);
    return result as BatchResult<T>;
  }

  /** Rejects the tasks of an upload whose signal has fired, as far as they have not been sent to a thread. */
  drop(signal: AbortSignal): void {
    this.#pool.drop(signal);
  }

  /** The thread that keeps the state of an upload: the one with the fewest uploads. */
  claim(): PoolThread {
    return this.#pool.claim();
  }

  /** Ends a claim and drops the state of the upload. */
  release(thread: PoolThread, upload: number): void {
    this.#pool.release(thread);
    // A thread that has died has no state left, and a closed pool no threads.
    this.#pool.run({ kind: 'forget', id: upload }, { on: thread }).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Adds to a task the memory of a sent answer, and moves the task's own memory with it. */
  #outgoing(task: BatchTask): Outgoing {
    const transfer = memoryOf(task);
    const memory = task.kind === 'answer' || task.kind === 'predict' ? this.#answerBuffers.pop() : undefined;
    return memory === undefined
      ? { message: task, transfer }
      : { message: { ...task, memory }, transfer: [...transfer, memory] };
  }
}

/** The memory that moves to the thread with a task. */
function memoryOf(task: BatchTask): Transferable[] {
  switch (task.kind) {
    case 'answer':
    case 'featurize':
      return [task.block.bytes.buffer];
    case 'predict':
      return [task.rows.values.buffer, task.rows.dates.buffer, task.rows.lines.buffer];
    case 'forget':
      return [];
  }
}
