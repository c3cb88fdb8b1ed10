/** The caches and the watches that fill them. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** Where a cache may have trouble. */
const problemSources = ['list', 'watch', 'read', 'handler'] as const;

export interface Watch {
  /** Such as TrainingRun. */
  readonly kind: string;
  /** Objects in the cache. */
  readonly objects: number;
  /** Not heard of for so long that it cannot be believed. */
  readonly stale: boolean;
  /** Seconds since the epoch of the last word from the API server. */
  readonly lastHeard: number;
}

/**
 * @param watches asked at each scrape.
 * @returns counts a problem that was survived.
 */
export function watchMetrics(
  registry: Registry,
  watches: () => readonly Watch[],
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
  gauge('bellwether_cache_objects', 'Objects in the cache of a kind', ({ objects }) => objects);
  gauge(
    'bellwether_watch_stale',
    'Whether nothing was heard of a kind for so long that its cache cannot be believed',
    ({ stale }) => Number(stale),
  );
  gauge(
    'bellwether_watch_last_heard_timestamp_seconds',
    'When the API server last said something about a kind; bookmarks count, one a minute',
    ({ lastHeard }) => lastHeard,
  );
  const problems = new Counter({
    name: 'bellwether_watch_problems_total',
    help: 'Failed lists, broken watches and unreadable objects that were survived',
    labelNames: ['kind', 'what'],
    registers,
    collect() {
      // There from the first scrape on, so that the first problem is seen to come.
      for (const { kind } of watches()) for (const what of problemSources) this.inc({ kind, what }, 0);
    },
  });
  return (kind, what) => problems.inc({ kind, what });
}
