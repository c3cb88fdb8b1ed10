/** What the condition Promoted says of a run that has not been judged. */

/** It may yet be. */
export const notJudged = {
  reason: 'NotJudged',
  message: 'A run is judged once all its stages have succeeded.',
} as const;

/** It never will be. */
export const runFailed = {
  reason: 'RunFailed',
  message: 'The run failed: there is nothing to judge.',
} as const;
