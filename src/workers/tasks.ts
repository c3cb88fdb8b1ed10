/** Every compute task by name. Each is pure and imported only when first called, so a worker loads what it runs. */
export const tasks = {
  /** Trains some trees of a random forest. */
  trainTrees: async (input: import('../models/forest/training.ts').TreesTask) =>
    (await import('../models/forest/training.ts')).trainTrees(input),
  /** Trains one boosted model. */
  trainBooster: async (input: import('../models/booster/training.ts').BoosterTask) =>
    (await import('../models/booster/training.ts')).trainBooster(input),
} as const;

export type TaskName = keyof typeof tasks;
export type TaskInput<N extends TaskName> = Parameters<(typeof tasks)[N]>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<(typeof tasks)[N]>>;

/** Runs one task somewhere; the order in which tasks finish is not the order in which they were given. */
export type RunTask = <N extends TaskName>(name: N, input: TaskInput<N>) => Promise<TaskOutput<N>>;
