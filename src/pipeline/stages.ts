/** The stages by name. Each is imported on demand, so that Fetch loads no models and Evaluate no data source. */
import type { StageName } from '../api/artifacts.ts';
import type { Stage } from './stage.ts';

const loaders: Record<StageName, () => Promise<Stage>> = {
  Fetch: async () => (await import('./fetch.ts')).fetchStage,
  Features: async () => (await import('./features.ts')).featuresStage,
  Train: async () => (await import('./train.ts')).trainStage,
  Evaluate: async () => (await import('./evaluate.ts')).evaluateStage,
};

export function loadStage(name: StageName): Promise<Stage> {
  return loaders[name]();
}
