/** Structured logs: one JSON object a line on standard output. */
import { type Logger, pino } from 'pino';
import type { ServerConfig } from '../config.ts';

export type { Logger };

/** What a logger writes to, and how to get the last lines out before the process ends. */
export interface LogSink {
  write(line: string): void;
  flushSync(): void;
}

/**
 * A sink that gathers lines and writes them in few system calls, without blocking. A line waits at most
 * `flushMilliseconds`; what is gathered when the process ends is written by `flushSync`.
 */
export function bufferedSink(flushMilliseconds = 200): LogSink {
  return pino.destination({ fd: 1, sync: false, minLength: 8192, periodicFlush: flushMilliseconds });
}

/** A logger with ISO times, level names and errors written out under `error`. */
export function createLogger(level: ServerConfig['logLevel'], sink: LogSink): Logger {
  return pino(
    {
      level,
      base: { service: 'bellwether-server' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    sink,
  );
}
