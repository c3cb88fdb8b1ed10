import { ApiError } from '../client.ts';

/**
 * Lines of a text that comes in pieces.
 * @throws ApiError when the text ends within a line
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
  if (parts.join('').trim() !== '') throw new ApiError(0, 'Truncated', 'the answer ended within an event');
}
