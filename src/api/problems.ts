import type { z } from 'zod';

/** What does not fit a schema, field by field, in words: `spec.seed: Invalid input: expected number`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(issue => `${issue.path.join('.') || 'document'}: ${issue.message}`);
}
