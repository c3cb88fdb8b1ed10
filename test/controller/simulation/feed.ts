/**
 * The product's own cache of one kind, told of changes late, more than once and in any order: whatever an informer may
 * meet with that watches, relists and remembers the answers of its own writes at the same time.
 */
import { listedId, Store, type Stored } from '../../../src/kubernetes/informer/store.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import { FakeClock } from '../../kubernetes/fake-clock.ts';
import type { Change, ObjectStore } from '../../kubernetes/object-store.ts';

export interface FeedOptions<T extends Stored> {
  readonly type: ResourceType;
  readonly read: (raw: KubernetesObject, previous: T | null) => T | null;
  readonly key: (value: T) => string;
  /** Label that objects must carry to be watched at all. */
  readonly label?: string;
}

export class Feed<T extends Stored> {
  readonly type: ResourceType;
  readonly cache: Store<T>;
  readonly #api: ObjectStore;
  readonly #label: string | undefined;
  #pending: Change[] = [];
  readonly #told: Change[] = [];

  constructor(api: ObjectStore, { type, read, key, label }: FeedOptions<T>) {
    this.type = type;
    this.#api = api;
    this.#label = label;
    const report = (_: string, error: unknown) => {
      throw error;
    };
    this.cache = new Store({ read, key, changed: () => {}, report, clock: new FakeClock() });
    api.onChange(change => {
      if (this.#concerns(change)) this.#pending.push(change);
    });
  }

  /** Hears of one change that is under way, the `which`th, however many came before it. */
  deliver(which: number): void {
    const [change] = this.#pending.splice(which % Math.max(1, this.#pending.length), 1);
    if (change === undefined) return;
    this.#announce(change);
    this.#told.push(change);
  }

  /** Hears once more of one that it knows. */
  repeat(which: number): void {
    const change = this.#told[which % Math.max(1, this.#told.length)];
    if (change !== undefined) this.#announce(change);
  }

  /** Hears of everything, in order. */
  catchUp(): void {
    for (const change of this.#pending.splice(0)) this.#announce(change);
  }

  /** As a watch that was broken, or a process that was just started, lists it. */
  relist(): void {
    const items = this.#api.list(this.type).filter(object => this.#isWatched(object));
    for (const object of items) this.cache.upsert(object);
    this.cache.retain(undefined, new Set(items.map(listedId)), String(this.#api.version));
    this.#pending = [];
  }

  #concerns({ plural, before, after }: Change): boolean {
    return plural === this.type.plural && (this.#isWatched(before) || this.#isWatched(after));
  }

  #isWatched(object: KubernetesObject | null): boolean {
    if (object === null) return false;
    const labels = object.metadata.labels as Record<string, string> | undefined;
    return this.#label === undefined || labels?.[this.#label] !== undefined;
  }

  #announce({ before, after }: Change): void {
    if (after !== null) this.cache.upsert(after);
    else if (before !== null) this.cache.delete(before);
  }
}
