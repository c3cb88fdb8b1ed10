/** The program of the threads in pool.test.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, threadId } from 'node:worker_threads';
import { serveTasks } from '../../src/workers/serve-tasks.ts';

export type SampleTask =
  /** Returns the thread's id and how many tasks it has run, after some milliseconds. */
  | { readonly kind: 'count'; readonly milliseconds?: number }
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'die' }
  /** Doubles the numbers in place and moves them back. */
  | { readonly kind: 'double'; readonly values: Float64Array<ArrayBuffer> };

export interface Counted {
  readonly thread: number;
  readonly tasks: number;
}

let tasks = 0;

if (!isMainThread) {
  serveTasks(async (task: SampleTask) => {
    tasks += 1;
    switch (task.kind) {
      case 'count':
        await sleep(task.milliseconds ?? 0);
        return { value: { thread: threadId, tasks } satisfies Counted };
      case 'fail':
        throw new Error(task.message);
      case 'die':
        return process.exit(3);
      case 'double':
        task.values.forEach((value, i) => {
          task.values[i] = 2 * value;
        });
        return { value: task.values, transfer: [task.values.buffer] };
    }
  });
}
