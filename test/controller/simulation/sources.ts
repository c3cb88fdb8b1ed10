/** The caches of a simulated operator. */
import { type CachedType, cachedTypes } from '../../../src/controller/caches.ts';
import type { Sources } from '../../../src/controller/observe.ts';
import type { Store } from '../../../src/kubernetes/informer/store.ts';
import type { Stored } from '../../../src/kubernetes/informer.ts';

/**
 * One cache for each type that the operator watches.
 * @param now milliseconds since the epoch
 * @param cache makes the cache of a type
 */
export function sourcesOf(
  now: () => number,
  cache: <T extends Stored>(cached: CachedType<T>) => Store<T>,
): Sources {
  const types = cachedTypes(now);
  return {
    runs: cache(types.runs),
    models: cache(types.models),
    jobs: cache(types.jobs),
    pods: cache(types.pods),
    claims: cache(types.claims),
    deployments: cache(types.deployments),
    children: types.children.map(type => cache(type)),
  };
}
