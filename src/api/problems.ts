import type { z } from 'zod';

/** One message per invalid field, such as `spec.seed: Invalid input: expected number`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(issue => `${issue.path.join('.') || 'document'}: ${issue.message}`);
}
