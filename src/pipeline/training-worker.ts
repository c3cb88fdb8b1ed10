/** The program of a worker thread that trains models. */
import { type TaskName, trainingTasks } from '../models/training-tasks.ts';
import { serveTasks } from '../workers/serve-tasks.ts';

serveTasks<{ name: TaskName; input: never }>(async ({ name, input }) => ({
  value: await trainingTasks[name](input),
}));
