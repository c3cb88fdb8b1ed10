/** Which of the configured namespaces the caches follow: one that was deleted must not stop the work in the others. */
import type { Informer, Stored } from '../kubernetes/informer.ts';

type Cache = Pick<Informer<Stored>, 'follows' | 'lostNamespaces'>;

export interface NamespacesOptions {
  /** Empty when all namespaces are watched. */
  readonly configured: readonly string[];
  readonly caches: () => Iterable<Cache>;
  /** Called when a namespace was lost, or is no longer lost. */
  readonly changed: (namespace: string, lost: boolean) => void;
  /** Called when every cache has the objects of a namespace, for the first time or again. */
  readonly followed: (namespace: string) => void;
}

export interface Namespaces {
  /** Whether each configured namespace is lost. */
  readonly lost: ReadonlyMap<string, boolean>;
  /** Whether every cache has the objects of the namespace: a decision from some of them alone would be wrong. */
  follows(namespace: string): boolean;
  /** Compares the caches of a namespace with the state before. */
  update(namespace: string): void;
}

export function trackNamespaces({ configured, caches, changed, followed }: NamespacesOptions): Namespaces {
  const lost = new Map(configured.map(namespace => [namespace, false]));
  const known = new Set<string>();
  const follows = (namespace: string) => [...caches()].every(cache => cache.follows(namespace));
  const update = (namespace: string) => {
    const isLost = [...caches()].some(({ lostNamespaces }) => lostNamespaces.includes(namespace));
    if (isLost !== lost.get(namespace)) {
      lost.set(namespace, isLost);
      changed(namespace, isLost);
    }
    if (!follows(namespace)) {
      known.delete(namespace);
    } else if (!known.has(namespace)) {
      known.add(namespace);
      followed(namespace);
    }
  };
  return { lost, follows, update };
}
