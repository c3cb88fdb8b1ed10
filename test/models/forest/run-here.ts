/** Runs a task at once on the thread that asks. */
import type { RunTask } from '../../../src/workers/tasks.ts';
import { tasks } from '../../../src/workers/tasks.ts';

export const runHere: RunTask = async (name, input) => {
  // The task of that name takes that input; TypeScript cannot tell for a name that is a variable.
  const task = tasks[name] as (input: unknown) => Promise<never>;
  return task(structuredClone(input));
};
