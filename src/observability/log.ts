/** Structured logs: one JSON object per line. */
import { type Logger, pino } from 'pino';
import type { LogLevel } from '../options.ts';
import { LineSink, type LogSink } from './line-sink.ts';

export type { Logger, LogSink };

/** Standard output; the last lines are written even if the process exits unexpectedly. */
export function standardOutput(): LogSink {
  const sink = new LineSink(1);
  process.once('exit', () => sink.flushSync());
  return sink;
}

/** The field `service` of the server's lines. */
export const service = 'bellwether-server';

/** A logger with ISO times, level names and errors serialised under `error`; `name` is the field `service` of every line. */
export function createLogger(level: LogLevel, sink: LogSink, name: string = service): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: isoTime(),
      formatters: { level: label => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    sink,
  );
}

/** The current time as a member of a line, in pino's format. It is formatted once per millisecond, since a busy server writes many lines in each. */
export function isoTime(): () => string {
  let last = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}
