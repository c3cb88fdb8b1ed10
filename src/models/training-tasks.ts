/** The parts of training that run in parallel, by name. Each is pure. */
import type { Booster } from './booster/booster.ts';
import type { BoosterTask } from './booster/training.ts';
import type { Forest } from './forest/forest.ts';
import type { TreesTask } from './forest/training.ts';

/** Each loads its training library when first called, so that a thread loads only what it runs. */
export const trainingTasks = {
  /** Trains some trees of a random forest. */
  trainTrees: async (input: TreesTask): Promise<Forest> =>
    (await import('./forest/training.ts')).trainTrees(input),
  /** Trains one boosted model. */
  trainBooster: async (input: BoosterTask): Promise<Booster> =>
    (await import('./booster/training.ts')).trainBooster(input),
} as const;

export type TaskName = keyof typeof trainingTasks;
export type TaskInput<N extends TaskName> = Parameters<(typeof trainingTasks)[N]>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<(typeof trainingTasks)[N]>>;

/** Runs one task on some thread. Tasks may finish in another order than that in which they were given. */
export type RunTask = <N extends TaskName>(name: N, input: TaskInput<N>) => Promise<TaskOutput<N>>;
