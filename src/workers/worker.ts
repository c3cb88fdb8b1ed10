/** The worker thread's side of the pool: looks a task up by name, runs it, answers. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../failure.ts';
import type { WorkerReply } from './pool.ts';
import { tasks } from './tasks.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as a worker thread');

port.on('message', async ({ name, input }: { name: keyof typeof tasks; input: never }) => {
  let reply: WorkerReply;
  try {
    reply = { value: await tasks[name](input) };
  } catch (error) {
    reply = { error: messageOf(error) };
  }
  port.postMessage(reply);
});
