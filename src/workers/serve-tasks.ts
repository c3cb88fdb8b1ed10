/** The worker thread's side of the pool. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { messageOf } from '../failure.ts';

export interface TaskResult {
  readonly value: unknown;
  /** Memory that is moved to the main thread instead of copied. */
  readonly transfer?: readonly Transferable[];
}

/** The reply to a task: its value, or the message of the error that it threw. */
export type WorkerReply = { readonly value: unknown } | { readonly error: string };

/**
 * Runs each task that the pool sends, one at a time and in the order of arrival, and replies to each.
 * @throws Error when called on the main thread.
 */
export function serveTasks<Task>(run: (task: Task) => TaskResult | Promise<TaskResult>): void {
  const port = parentPort;
  if (port === null) throw new Error('serveTasks works only in a worker thread');
  const serve = async (task: Task) => {
    try {
      const { value, transfer = [] } = await run(task);
      port.postMessage({ value } satisfies WorkerReply, transfer);
    } catch (error) {
      port.postMessage({ error: messageOf(error) } satisfies WorkerReply);
    }
  };
  let previous = Promise.resolve();
  port.on('message', (task: Task) => {
    previous = previous.then(() => serve(task));
  });
}
