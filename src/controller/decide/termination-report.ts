/** The termination message of a container as the report that it should be. */
import type { z } from 'zod';
import type { ContainerEnd } from '../observation.ts';

/** Null for a container that has not ended, or whose message is no such report. */
export function reportIn<S extends z.ZodType>(end: ContainerEnd | null, schema: S): z.output<S> | null {
  if (end === null) return null;
  let document: unknown;
  try {
    document = JSON.parse(end.message);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(document);
  return parsed.success ? parsed.data : null;
}
