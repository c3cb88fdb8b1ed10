/** The cache of one type, which receives the changes in their order, but not necessarily at once. */
import type { CachedType } from '../../../src/controller/caches.ts';
import { listedId, Store, type Stored } from '../../../src/kubernetes/informer/store.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import { FakeClock } from '../../kubernetes/fake-clock.ts';
import type { AnyObject } from '../../kubernetes/kinds.ts';
import type { Change, ObjectStore } from '../../kubernetes/object-store.ts';

export class View<T extends Stored> {
  readonly type: ResourceType;
  readonly cache: Store<T>;
  readonly #store: ObjectStore;
  readonly #label: string | undefined;
  readonly #stop: () => void;
  #pending: Change[] = [];
  /** The number of changes that the cache contains. */
  seen = 0;

  /** @param changed called when an object in the cache has changed */
  constructor(
    store: ObjectStore,
    { type, read, key, labelSelector }: CachedType<T>,
    changed: (key: string) => void,
  ) {
    this.type = type;
    this.#store = store;
    this.#label = labelSelector;
    const report = (_: string, error: unknown) => {
      throw error;
    };
    this.cache = new Store({ read, key, changed, report, clock: new FakeClock() });
    this.#stop = store.onChange(change => {
      if (this.concerns(change)) this.#pending.push(change);
    });
  }

  get isCurrent(): boolean {
    return this.#pending.length === 0;
  }

  /** The number of changes so far. */
  get occurred(): number {
    return this.seen + this.#pending.length;
  }

  concerns({ plural, before, after }: Change): boolean {
    return plural === this.type.plural && (this.#isWatched(before) || this.#isWatched(after));
  }

  /** Delivers the pending changes up to this number of changes in all. */
  deliver(upTo = Number.POSITIVE_INFINITY): void {
    const count = Math.max(0, Math.min(this.#pending.length, upTo - this.seen));
    for (const { before, after } of this.#pending.splice(0, count)) {
      if (after !== null) this.cache.upsert(after);
      else if (before !== null) this.cache.delete(before);
    }
    this.seen += count;
  }

  /** Lists all objects as they are, without the pending changes one by one. */
  relist(): void {
    this.seen = this.occurred;
    this.#pending = [];
    this.#list(this.#store.list(this.type), this.#store.version);
  }

  /** Lists the objects as they were before these changes, which are then pending. */
  listBefore(changes: readonly Change[]): void {
    const own = changes.filter(change => this.concerns(change));
    const objects = new Map(this.#store.list(this.type).map(object => [listedId(object), object]));
    for (const { before, after } of own.toReversed()) {
      if (before !== null) objects.set(listedId(before), before);
      else if (after !== null) objects.delete(listedId(after));
    }
    this.seen = this.occurred - own.length;
    this.#pending = own;
    this.#list([...objects.values()], (changes[0]?.version ?? this.#store.version + 1) - 1);
  }

  /** Receives no more changes. */
  stop(): void {
    this.#stop();
  }

  #list(objects: readonly AnyObject[], version: number): void {
    const watched = objects.filter(object => this.#isWatched(object));
    for (const object of watched) this.cache.upsert(object);
    this.cache.retain(undefined, new Set(watched.map(listedId)), String(version));
  }

  #isWatched(object: KubernetesObject | null): boolean {
    if (object === null) return false;
    return this.#label === undefined || object.metadata.labels?.[this.#label] !== undefined;
  }
}
