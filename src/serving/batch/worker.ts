/** The program of a worker thread of `/predict_batch`. */
import { workerData } from 'node:worker_threads';
import { serveTasks } from '../../workers/serve-tasks.ts';
import { BatchProcessor } from './processor.ts';
import type { BatchModel, BatchReply, BatchTask } from './tasks.ts';

const processor = new BatchProcessor(workerData as BatchModel);

serveTasks((task: BatchTask) => {
  const spent = 'block' in task ? task.block.bytes.buffer : undefined;
  const result = processor.run(task);
  const transfer = spent === undefined ? [] : [spent];
  if (result === undefined) return { value: {} satisfies BatchReply };
  if ('bytes' in result) transfer.push(result.bytes.buffer, result.inputs.buffer);
  else transfer.push(result.values.buffer, result.dates.buffer, result.lines.buffer);
  return { value: { result, spent } satisfies BatchReply, transfer };
});
