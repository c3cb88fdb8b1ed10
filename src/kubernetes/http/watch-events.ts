/** The events in a watch's answer. */
import type { IncomingMessage } from 'node:http';
import { ApiError, type WatchEvent } from '../client.ts';
import { networkError } from './failures.ts';
import { readLines } from './lines.ts';

const TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/**
 * Events of a watch's answer, one a line, until the server ends it.
 * @throws ApiError when the connection breaks, the signal is aborted or a line is no event
 */
export async function* readEvents(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  response.setEncoding('utf8');
  const abort = () => response.destroy(new ApiError(0, 'Aborted', 'the caller gave up'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    for await (const line of readLines(response)) yield parseEvent(line);
  } catch (error) {
    throw networkError(what, error);
  } finally {
    signal.removeEventListener('abort', abort);
    response.destroy();
  }
}

function parseEvent(line: string): WatchEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ApiError(0, 'Garbage', `an event is no JSON: ${line.slice(0, 100)}`, error);
  }
  if (isEvent(value)) return value;
  throw new ApiError(0, 'Garbage', `not an event: ${line.slice(0, 100)}`);
}

function isEvent(value: unknown): value is WatchEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { type, object } = value as Partial<WatchEvent>;
  return TYPES.has(type) && typeof object === 'object' && object !== null;
}
