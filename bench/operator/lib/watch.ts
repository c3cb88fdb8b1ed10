/** Objects as they come in, with the moment at which they did: API timestamps know only whole seconds. */
import type { WatchEvent } from '../../../src/kubernetes/client.ts';
import type { HttpClient } from '../../../src/kubernetes/http-client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';

/** @param at milliseconds since the epoch, with fractions */
export type See = (object: KubernetesObject, type: WatchEvent['type'], at: number) => void;

export interface Watch {
  /** Resolves with the first object that fits, from the start of the watch or from any time later. */
  until(fits: (object: KubernetesObject) => boolean): Promise<number>;
  stop(): void;
}

/** Follows one kind in a namespace from now on. A watch that breaks fails the measurement. */
export async function watch(
  client: HttpClient,
  type: ResourceType,
  namespace: string,
  see: See = () => {},
): Promise<Watch> {
  const stopped = new AbortController();
  const waiting = new Set<(object: KubernetesObject, at: number) => void>();
  const { resourceVersion } = await client.list(type, { namespace, limit: 1 });
  const options = { namespace, resourceVersion, timeoutSeconds: 3600, signal: stopped.signal };
  const follow = async () => {
    for await (const { type: kind, object } of client.watch(type, options)) {
      const at = now();
      see(object, kind, at);
      for (const tell of waiting) tell(object, at);
    }
  };
  follow().catch(error => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    until: fits => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const tell = (object: KubernetesObject, at: number) => {
        if (!fits(object)) return;
        waiting.delete(tell);
        resolve(at);
      };
      waiting.add(tell);
      return promise;
    },
    stop: () => stopped.abort(),
  };
}

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
