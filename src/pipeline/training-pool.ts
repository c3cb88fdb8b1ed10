/** The worker threads that train models. */
import { availableParallelism } from 'node:os';
import { Failure } from '../failure.ts';
import type { RunTask, TaskName } from '../models/training-tasks.ts';
import { workerFile } from '../package-files.ts';
import { TaskError, WorkerPool } from '../workers/pool.ts';

export class TrainingPool {
  readonly #pool: WorkerPool<{ name: TaskName; input: unknown }>;

  /** Threads start with the first tasks that need them. @param size threads at most; one a core by default */
  constructor(size = availableParallelism()) {
    this.#pool = new WorkerPool({
      file: workerFile('pipeline/training-worker'),
      size,
      closed: () => new Failure('Interrupted', 'the run was stopped'),
    });
  }

  /** @throws Failure TrainingFailed naming the task that threw, or Interrupted when the pool is closed. */
  readonly runTask: RunTask = async (name, input) => {
    try {
      return (await this.#pool.run({ name, input })) as never;
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      throw new Failure('TrainingFailed', `${name}: ${error.message}`);
    }
  };

  /** Ends every thread at once; tasks that have not ended are rejected. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
