/** How JSON artifacts are written, and read: trusted only when they fit their schema. */
import type { z } from 'zod';
import { problemsOf } from '../api/problems.ts';
import { Failure, messageOf } from '../failure.ts';

/** @throws Failure `InvalidArtifact` naming the file and what does not fit. */
export function parseJsonArtifact<T extends z.ZodType>(
  file: string,
  bytes: Buffer | string,
  schema: T,
): z.output<T> {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString());
  } catch (error) {
    throw new Failure('InvalidArtifact', `${file} is not JSON: ${messageOf(error)}`, { file }, error);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error);
  // The first few tell what kind of file it is instead.
  throw new Failure('InvalidArtifact', `${file}: ${problems.slice(0, 3).join('; ')}`, { file, problems });
}

/** Indented, so that people can read it and compare two. */
export function formatJsonArtifact(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
