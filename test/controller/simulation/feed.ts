/**
 * The cache of one type, which receives changes late, repeatedly and in any order. This covers everything that an
 * informer can see while it watches, relists and caches the responses to its own writes at the same time.
 */
import type { CachedType } from '../../../src/controller/caches.ts';
import { listedId, Store, type Stored } from '../../../src/kubernetes/informer/store.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import { FakeClock } from '../../kubernetes/fake-clock.ts';
import type { Change, ObjectStore } from '../../kubernetes/object-store.ts';

export class Feed<T extends Stored> {
  readonly type: ResourceType;
  readonly cache: Store<T>;
  readonly #store: ObjectStore;
  readonly #label: string | undefined;
  #pending: Change[] = [];
  readonly #delivered: Change[] = [];

  constructor(store: ObjectStore, { type, read, key, labelSelector }: CachedType<T>) {
    this.type = type;
    this.#store = store;
    this.#label = labelSelector;
    const report = (_: string, error: unknown) => {
      throw error;
    };
    this.cache = new Store({ read, key, changed: () => {}, report, clock: new FakeClock() });
    store.onChange(change => {
      if (this.#concerns(change)) this.#pending.push(change);
    });
  }

  /** Delivers one pending change, regardless of how many came before it. */
  deliver(which: number): void {
    const [change] = this.#pending.splice(which % Math.max(1, this.#pending.length), 1);
    if (change === undefined) return;
    this.#apply(change);
    this.#delivered.push(change);
  }

  /** Delivers a change that was delivered before. */
  repeat(which: number): void {
    const change = this.#delivered[which % Math.max(1, this.#delivered.length)];
    if (change !== undefined) this.#apply(change);
  }

  /** Delivers all pending changes in order. */
  catchUp(): void {
    for (const change of this.#pending.splice(0)) this.#apply(change);
  }

  /** Lists all objects, as after a broken watch or when a process starts. */
  relist(): void {
    const items = this.#store.list(this.type).filter(object => this.#isWatched(object));
    for (const object of items) this.cache.upsert(object);
    this.cache.retain(undefined, new Set(items.map(listedId)), String(this.#store.version));
    this.#pending = [];
  }

  #concerns({ plural, before, after }: Change): boolean {
    return plural === this.type.plural && (this.#isWatched(before) || this.#isWatched(after));
  }

  #isWatched(object: KubernetesObject | null): boolean {
    if (object === null) return false;
    return this.#label === undefined || object.metadata.labels?.[this.#label] !== undefined;
  }

  #apply({ before, after }: Change): void {
    if (after !== null) this.cache.upsert(after);
    else if (before !== null) this.cache.delete(before);
  }
}
