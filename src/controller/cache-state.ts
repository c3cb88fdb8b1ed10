/** What metrics, health checks and the log report about the caches. */
import type { ModelFigures } from '../observability/operator/model-figures.ts';
import type { Watch } from '../observability/operator/watches.ts';
import type { Caches } from './caches.ts';
import { modelKey } from './key.ts';
import { modelFigures } from './measure/model-figures.ts';

/** The keys of all Models that exist or that a TrainingRun names. */
export function modelKeys({ models, runs }: Caches): Set<string> {
  const ofModels = [...models.values()].map(({ namespace, name }) => modelKey(namespace, name));
  const ofRuns = [...runs.values()].map(({ namespace, model }) => modelKey(namespace, model));
  return new Set([...ofModels, ...ofRuns]);
}

export function figuresOf({ models, runs }: Caches): ModelFigures[] {
  return [...models.values()].map(model =>
    modelFigures(model, runs.byKey(modelKey(model.namespace, model.name))),
  );
}

export function watchesOf({ all }: Caches): Watch[] {
  // Converts monotonic times to the wall clock.
  const offset = Date.now() - performance.now();
  return [...all].map(([{ kind }, cache]) => ({
    kind,
    objects: cache.size,
    stale: cache.stale,
    lastHeard: (offset + cache.lastActivity) / 1000,
  }));
}

/** Number of objects by plural, for the log. */
export function sizesOf({ all }: Caches): Record<string, number> {
  return Object.fromEntries([...all].map(([{ plural }, cache]) => [plural, cache.size]));
}

/** One line for each kind whose cache no longer follows the API server; empty: healthy. */
export function staleCaches({ all }: Caches): string[] {
  return [...all].flatMap(([{ kind }, { stale }]) =>
    stale ? [`${kind}: no response from the API server for too long`] : [],
  );
}

/** One line for each configured namespace that is lost: it is not served, and the others are. */
export function lostNamespaces({ namespaces }: Caches): string[] {
  return [...namespaces.lost].flatMap(([namespace, lost]) =>
    lost ? [`namespace ${namespace} is not served: the API server refuses to list it`] : [],
  );
}

/** One line for each kind that was not listed yet; empty: ready. */
export function unsyncedCaches({ all }: Caches): string[] {
  return [...all].flatMap(([{ kind }, { hasSynced }]) => (hasSynced ? [] : [`${kind}: not listed yet`]));
}
