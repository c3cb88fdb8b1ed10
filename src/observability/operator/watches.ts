/** Metrics of the caches and of the watches that fill them. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** Where a problem of a cache can occur. */
const problemSources = ['list', 'watch', 'read', 'handler'] as const;

export interface Watch {
  /** Such as TrainingRun. */
  readonly kind: string;
  /** Objects in the cache. */
  readonly objects: number;
  /** Without an event for so long that the cache may be outdated. */
  readonly stale: boolean;
  /** Time of the last event from the API server, in seconds since the epoch. */
  readonly lastHeard: number;
}

/**
 * @param watches called at each scrape, as is lostNamespaces.
 * @returns a function that counts a problem from which the watch recovered.
 */
export function watchMetrics(
  registry: Registry,
  watches: () => readonly Watch[],
  lostNamespaces: () => ReadonlyMap<string, boolean>,
): (kind: string, what: string) => void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (watch: Watch) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers,
      collect() {
        for (const watch of watches()) this.set({ kind: watch.kind }, value(watch));
      },
    });
  gauge('bellwether_cache_objects', 'Objects in the cache, by kind', ({ objects }) => objects);
  gauge(
    'bellwether_watch_stale',
    'Whether the watch of a kind had no event for so long that its cache may be outdated',
    ({ stale }) => Number(stale),
  );
  gauge(
    'bellwether_watch_last_heard_timestamp_seconds',
    'When the watch of a kind last had an event; bookmarks count, about one per minute',
    ({ lastHeard }) => lastHeard,
  );
  new Gauge({
    name: 'bellwether_namespace_lost',
    help: 'Whether a configured namespace is not served, because the API server refuses to list it',
    labelNames: ['namespace'],
    registers,
    collect() {
      for (const [namespace, lost] of lostNamespaces()) this.set({ namespace }, Number(lost));
    },
  });
  const problems = new Counter({
    name: 'bellwether_watch_problems_total',
    help: 'Failed lists, broken watches and unreadable objects from which the operator recovered',
    labelNames: ['kind', 'what'],
    registers,
    collect() {
      // Initialised to 0 so that increase() includes the first problem.
      for (const { kind } of watches()) for (const what of problemSources) this.inc({ kind, what }, 0);
    },
  });
  return (kind, what) => problems.inc({ kind, what });
}
