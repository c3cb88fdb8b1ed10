/** What was done to the objects, in order by object, so that anything done twice is seen. */
import { deployments, events, jobs, leases, models, pods } from '../../../src/controller/resources.ts';
import type { Change, ObjectStore } from '../../kubernetes/object-store.ts';
import { model, namespace, type Raw } from '../simulation/raw.ts';
import { hashOf } from './cluster/deployments.ts';
import { isReady, isServer } from './cluster/kubelet.ts';

/** By object: its creations, deletions and changes that have consequences. */
export type Steps = ReadonlyMap<string, readonly string[]>;

export interface TrailState {
  readonly steps: Steps;
  readonly required: number;
}

export class Trail {
  readonly #store: ObjectStore;
  readonly #steps = new Map<string, readonly string[]>();
  /** The number of ready servers that there were to be without interruption. */
  #required = 0;
  /** What must never happen and did. */
  readonly violations: string[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
    store.onChange(change => {
      this.#follow(change);
      if (change.plural === pods.plural || change.plural === models.plural) this.#checkServers();
    });
  }

  get state(): TrailState {
    return { steps: new Map(this.#steps), required: this.#required };
  }

  restore({ steps, required }: TrailState): void {
    for (const [object, taken] of steps) this.#steps.set(object, taken);
    this.#required = required;
  }

  #follow({ plural, before, after }: Change): void {
    if (plural === events.plural || plural === leases.plural) return;
    const object = `${plural}/${(after ?? before)?.metadata.name}`;
    if (before === null) this.#add(object, 'created');
    else if (after === null) this.#add(object, 'deleted');
    const [old, now] = [essence(plural, before), essence(plural, after)];
    if (now !== null && now !== old) this.#add(object, now);
  }

  #add(object: string, step: string): void {
    this.#steps.set(object, [...(this.#steps.get(object) ?? []), step]);
  }

  /** As many servers as wanted stay ready from the moment on when they are. */
  #checkServers(): void {
    const { spec } = (this.#store.get(models, namespace, model) as Raw) ?? {};
    const wanted = spec === undefined ? 0 : (spec.serving?.replicas ?? 1);
    const ready = this.#store.list(pods, namespace).filter(pod => isServer(pod) && isReady(pod)).length;
    this.#required = Math.min(this.#required, wanted);
    if (ready < this.#required)
      this.violations.push(`${ready} servers are ready instead of ${this.#required}`);
    if (ready >= wanted) this.#required = wanted;
  }
}

/** The part of an object of which every change has consequences; null if it has none. */
function essence(plural: string, object: Raw): string | null {
  if (object === null) return null;
  if (plural === jobs.plural) return object.spec.suspend === true ? 'suspended' : 'active';
  if (plural === deployments.plural) {
    return `${object.spec.replicas} servers of template ${hashOf(object.spec.template)}`;
  }
  return plural === models.plural ? `champion ${object.status?.champion?.version ?? 'none'}` : null;
}
