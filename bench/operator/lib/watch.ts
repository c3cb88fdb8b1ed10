/** Watches objects and records when each event was received: API timestamps have whole seconds only. */
import type { WatchEvent } from '../../../src/kubernetes/client.ts';
import type { HttpClient } from '../../../src/kubernetes/http-client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';

/** @param at milliseconds since the epoch, with fractions */
export type OnEvent = (object: KubernetesObject, type: WatchEvent['type'], at: number) => void;

export interface Watch {
  /** Resolves with the time of the next event whose object matches, in milliseconds since the epoch. */
  until(matches: (object: KubernetesObject) => boolean): Promise<number>;
  stop(): void;
}

/** Watches one kind in a namespace from now on. A broken watch fails the measurement. */
export async function watch(
  client: HttpClient,
  type: ResourceType,
  namespace: string,
  onEvent: OnEvent = () => {},
): Promise<Watch> {
  const stopped = new AbortController();
  const waiting = new Set<(object: KubernetesObject, at: number) => void>();
  const { resourceVersion } = await client.list(type, { namespace, limit: 1 });
  const options = { namespace, resourceVersion, timeoutSeconds: 3600, signal: stopped.signal };
  const follow = async () => {
    for await (const { type: kind, object } of client.watch(type, options)) {
      const at = now();
      onEvent(object, kind, at);
      for (const notify of waiting) notify(object, at);
    }
  };
  follow().catch(error => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    until: matches => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const notify = (object: KubernetesObject, at: number) => {
        if (!matches(object)) return;
        waiting.delete(notify);
        resolve(at);
      };
      waiting.add(notify);
      return promise;
    },
    stop: () => stopped.abort(),
  };
}

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
