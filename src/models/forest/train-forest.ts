/** Trains a forest on all workers. */
import { Failure } from '../../failure.ts';
import type { Matrix } from '../matrix.ts';
import type { RunTask } from '../training-tasks.ts';
import { classCount, type Forest, type ForestOptions, joinForests } from './forest.ts';

/** Trees of one task: few, to keep all workers busy to the end; enough to be worth a copy of the data. */
const treesPerTask = 25;

/**
 * Trains on rows of finite features and labels 0, 1, 2. The result is the same for any number of workers.
 * @throws Failure `TrainingFailed` when a value is not finite (row and column named), a label is none, or
 * there is too little to learn from.
 */
export async function trainForest(
  x: Matrix,
  labels: Uint8Array,
  options: ForestOptions,
  runTask: RunTask,
): Promise<Forest> {
  checkTrainingData(x, labels);
  // A view would be sent to the worker with its whole buffer.
  const own = { ...x, values: x.values.slice() };
  const tasks = [];
  for (let from = 0; from < options.trees; from += treesPerTask) {
    const to = Math.min(from + treesPerTask, options.trees);
    tasks.push(runTask('trainTrees', { x: own, labels: labels.slice(), options, from, to }));
  }
  return joinForests(await Promise.all(tasks));
}

/** @throws Failure as `trainForest`. */
export function checkTrainingData(x: Matrix, labels: Uint8Array): void {
  const fail = (message: string, details: Record<string, unknown>) =>
    new Failure('TrainingFailed', `the random forest cannot be trained: ${message}`, details);
  if (labels.length !== x.rows) {
    throw fail(`${x.rows} rows but ${labels.length} labels`, { rows: x.rows, labels: labels.length });
  }
  if (x.rows < 2 || x.columns < 1) {
    throw fail(`${x.rows} rows of ${x.columns} features are too few`, { rows: x.rows, columns: x.columns });
  }
  const bad = x.values.findIndex(value => !Number.isFinite(value));
  if (bad >= 0) {
    const row = Math.floor(bad / x.columns);
    const column = bad % x.columns;
    throw fail(`row ${row}, column ${column} is ${x.values[bad]}`, { row, column });
  }
  const row = labels.findIndex(label => label >= classCount);
  if (row >= 0) throw fail(`the label of row ${row} is ${labels[row]}`, { row, label: labels[row] });
}
