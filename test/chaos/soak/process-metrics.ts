/** A process's memory from its `/metrics`. */

export interface ProcessMemory {
  /** Resident memory in MB (1e6 bytes). */
  readonly megabytes: number;
  /** Used heap in MB. */
  readonly heap: number;
  /** Start of the process, seconds since 1970: a restart would make the series useless. */
  readonly startedAt: number;
}

/** @throws Error if a metric is missing */
export function memoryOf(metrics: string): ProcessMemory {
  const value = (name: string) => {
    const text = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(metrics)?.[1];
    if (text === undefined) throw new Error(`no metric ${name}`);
    return Number(text);
  };
  return {
    megabytes: value('process_resident_memory_bytes') / 1e6,
    heap: value('nodejs_heap_size_used_bytes') / 1e6,
    startedAt: value('process_start_time_seconds'),
  };
}
