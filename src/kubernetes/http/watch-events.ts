/** Parses the response to a watch. */
import type { IncomingMessage } from 'node:http';
import { ApiError, type WatchEvent } from '../client.ts';
import { networkError } from './errors.ts';

const TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/**
 * The events of a watch's response, one per line, until the server ends it.
 * @throws ApiError if the connection breaks, the signal is aborted or a line is not an event
 */
export async function* readEvents(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  response.setEncoding('utf8');
  const abort = () => response.destroy(new ApiError(0, 'Aborted', 'the caller aborted the request'));
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

/**
 * The lines of a text that arrives in pieces.
 * @throws ApiError if the text ends within a line
 */
export async function* readLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const piece of pieces) {
    const lines = piece.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = parts.length === 0 ? line : parts.join('') + line;
      parts = [];
      if (whole.trim() !== '') yield whole;
    }
    if (rest !== '') parts.push(rest);
  }
  if (parts.join('').trim() !== '') throw new ApiError(0, 'Truncated', 'the response ended within an event');
}

function parseEvent(line: string): WatchEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ApiError(0, 'Garbage', `an event is not JSON: ${line.slice(0, 100)}`, error);
  }
  if (isEvent(value)) return value;
  throw new ApiError(0, 'Garbage', `not an event: ${line.slice(0, 100)}`);
}

function isEvent(value: unknown): value is WatchEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { type, object } = value as Partial<WatchEvent>;
  return TYPES.has(type) && typeof object === 'object' && object !== null;
}
