import type { z } from 'zod';

/**
 * One message per invalid field, such as `spec.seed: Invalid input: expected number`. None contains the invalid value.
 * @param quoteKeys whether messages name unknown fields; false for content that must not end in a status.
 */
export function problemsOf(error: z.ZodError, { quoteKeys = true } = {}): string[] {
  return error.issues.map(issue => {
    const message = issue.code === 'unrecognized_keys' && !quoteKeys ? 'has an unknown field' : issue.message;
    return `${issue.path.join('.') || 'document'}: ${message}`;
  });
}
