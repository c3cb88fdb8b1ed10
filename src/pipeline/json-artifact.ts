/** Formats JSON artifacts, and parses them by their schema. */
import type { z } from 'zod';
import { problemsOf } from '../api/problems.ts';
import { Failure } from '../failure.ts';

/** @throws Failure `InvalidArtifact` naming the file and the fields that do not match. */
export function parseJsonArtifact<T extends z.ZodType>(
  file: string,
  bytes: Buffer | string,
  schema: T,
): z.output<T> {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString());
  } catch {
    // The error is not kept: its message quotes the file, and this one ends in a status.
    throw new Failure('InvalidArtifact', `${file} is not JSON`, { file });
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, { quoteKeys: false });
  // The first few are enough to recognise the file.
  throw new Failure('InvalidArtifact', `${file}: ${problems.slice(0, 3).join('; ')}`, { file, problems });
}

/** Indented, for reading and for line-by-line comparison. */
export function formatJsonArtifact(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
