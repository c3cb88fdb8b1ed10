/** How JSON artifacts are written, and read: trusted only when they fit their schema. */
import type { z } from 'zod';
import { Failure, messageOf } from '../failure.ts';

/** @throws Failure `InvalidArtifact` naming the file and what does not fit. */
export function parseJsonArtifact<T extends z.ZodType>(
  file: string,
  bytes: Buffer | string,
  schema: T,
): z.output<T> {
  try {
    return schema.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    throw new Failure('InvalidArtifact', `${file}: ${messageOf(error)}`, { file }, error);
  }
}

/** Indented, so that people can read it and compare two. */
export function formatJsonArtifact(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
