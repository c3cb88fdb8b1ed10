/** A worker thread of `/predict_batch`: one task at a time, one reply for each but `forget`. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../failure.ts';
import { BatchProcessor } from './processor.ts';
import type { BatchModel, BatchReply, BatchTask } from './tasks.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as a worker thread');
const processor = new BatchProcessor(workerData as BatchModel);

port.on('message', (task: BatchTask) => {
  const spent = 'block' in task ? task.block.bytes.buffer : undefined;
  try {
    const result = processor.run(task);
    if (result === undefined) return;
    const moved =
      'bytes' in result
        ? [result.bytes.buffer, result.inputs.buffer]
        : [result.values.buffer, result.dates.buffer, result.lines.buffer];
    if (spent !== undefined) moved.push(spent);
    port.postMessage({ result, spent } satisfies BatchReply, moved);
  } catch (error) {
    port.postMessage({ error: messageOf(error) } satisfies BatchReply);
  }
});
