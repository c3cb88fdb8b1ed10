import type { ServerResponse } from 'node:http';
import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';
import { apiVersionOf } from '../../src/kubernetes/resource.ts';
import type { Change, ObjectStore } from './object-store.ts';
import { matches } from './selectors.ts';

/** Disturbances of an open watch. */
export type Disturbance = 'reset' | 'end' | 'garbage' | 'truncate' | 'error-410' | 'error-500' | 'silence';

interface Watch {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly selector: string | null;
  readonly response: ServerResponse;
  silent: boolean;
}

/** Open watches, each a stream with one event per line. */
export class Watches {
  readonly #open = new Set<Watch>();
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
    store.onChange(change => {
      for (const watch of this.#open) sendChange(watch, change);
    });
  }

  /** The number of open watches of a kind, or of all kinds. */
  count(plural?: string): number {
    return this.#of(plural).length;
  }

  open(
    response: ServerResponse,
    type: ResourceType,
    namespace: string | undefined,
    parameters: URLSearchParams,
  ): void {
    const watch = { type, namespace, selector: parameters.get('labelSelector'), response, silent: false };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const changes = this.#store.since(Number(parameters.get('resourceVersion')));
    if (changes === null) {
      send(watch, 'ERROR', tooOld);
      response.end();
      return;
    }
    for (const change of changes) sendChange(watch, change);
    this.#open.add(watch);
    const seconds = Number(parameters.get('timeoutSeconds') ?? 3600);
    const timer = setTimeout(() => response.end(), seconds * 1000);
    response.on('close', () => {
      clearTimeout(timer);
      this.#open.delete(watch);
    });
  }

  /** Sends the current version to every watch of a kind, or of all kinds. */
  bookmark(plural?: string): void {
    for (const watch of this.#of(plural)) {
      const metadata = { resourceVersion: String(this.#store.version) };
      send(watch, 'BOOKMARK', { apiVersion: apiVersionOf(watch.type), kind: watch.type.kind, metadata });
    }
  }

  disturb(how: Disturbance, plural?: string): void {
    for (const watch of this.#of(plural)) disturb(watch, how);
  }

  #of(plural: string | undefined): Watch[] {
    return [...this.#open].filter(({ type }) => (plural ?? type.plural) === type.plural);
  }
}

const status = (code: number, reason: string, message: string) => ({
  apiVersion: 'v1',
  kind: 'Status',
  metadata: {},
  status: 'Failure',
  code,
  reason,
  message,
});

const tooOld = status(410, 'Expired', 'too old resource version');

function disturb(watch: Watch, how: Disturbance): void {
  const { response } = watch;
  const actions: Record<Disturbance, () => void> = {
    reset: () => response.socket?.resetAndDestroy(),
    end: () => response.end(),
    garbage: () => response.write('<html>not an event</html>\n'),
    truncate: () => response.end('{"type":"MODIFIED","object":{"metadata":{"na'),
    'error-410': () => send(watch, 'ERROR', tooOld),
    'error-500': () => send(watch, 'ERROR', status(500, 'InternalError', 'etcd leader changed')),
    silence: () => {
      watch.silent = true;
    },
  };
  actions[how]();
}

function sendChange(watch: Watch, change: Change): void {
  if (change.plural !== watch.type.plural) return;
  const sees = (object: KubernetesObject | null): object is KubernetesObject =>
    object !== null &&
    (watch.namespace ?? object.metadata.namespace) === object.metadata.namespace &&
    matches(object, watch.selector);
  const { before, after } = change;
  if (sees(after)) send(watch, sees(before) ? 'MODIFIED' : 'ADDED', after);
  else if (sees(before)) {
    const gone = after ?? before;
    send(watch, 'DELETED', {
      ...before,
      metadata: { ...before.metadata, resourceVersion: gone.metadata.resourceVersion },
    });
  }
}

function send(watch: Watch, type: string, object: object): void {
  if (!watch.silent && !watch.response.writableEnded)
    watch.response.write(`${JSON.stringify({ type, object })}\n`);
}
