/** A worker thread of `/predict_batch`: one task at a time, one reply for each but `forget`. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../failure.ts';
import { BatchProcessor } from './processor.ts';
import type { BatchModel, BatchReply, BatchTask } from './tasks.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as a worker thread');
const processor = new BatchProcessor(workerData as BatchModel);

port.on('message', (task: BatchTask) => {
  let reply: BatchReply;
  try {
    const result = processor.run(task);
    if (result === undefined) return;
    reply = { result };
  } catch (error) {
    reply = { error: messageOf(error) };
  }
  const { result } = reply;
  if (result === undefined) port.postMessage(reply);
  else if ('bytes' in result) port.postMessage(reply, [result.bytes.buffer]);
  else port.postMessage(reply, [result.values.buffer, result.dates.buffer, result.lines.buffer]);
});
