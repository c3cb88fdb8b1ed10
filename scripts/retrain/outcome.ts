/**
 * Reports the outcome on the terminal, and in GitHub Actions as an annotation, in the job's summary and as the step's
 * output `bars`, which is `fresh` or `sample`.
 */
import { appendFile } from 'node:fs/promises';
import type { Evaluation } from '../../src/api/evaluation.ts';
import type { Failure } from '../../src/failure.ts';
import { resultsTable } from '../../src/local/results.ts';
import type { CheckedArtifacts } from '../checks/artifacts.ts';

export interface Outcome {
  readonly evaluation: Evaluation;
  readonly artifacts: CheckedArtifacts;
  /** The checks of the API, one phrase each. */
  readonly apiChecks: readonly string[];
  /** Why the sample replaced fresh bars, if it did. */
  readonly fallback: Failure | undefined;
  /** Whether `fallback` is an error. */
  readonly requireFresh: boolean;
}

/** Prints it; appends it to the files `GITHUB_STEP_SUMMARY` (as Markdown) and `GITHUB_OUTPUT` if they are set. */
export async function reportOutcome(outcome: Outcome, environment: NodeJS.ProcessEnv): Promise<void> {
  const { evaluation, artifacts, apiChecks, fallback, requireFresh } = outcome;
  const { symbol, bars } = evaluation;
  const results = resultsTable(evaluation).trim();
  const checks = [
    `version ${artifacts.version.version}: ${artifacts.files} files match their manifests`,
    ...apiChecks,
  ];
  process.stdout.write(`\n${results}\n\n${checks.join('\n')}\n`);
  if (fallback !== undefined) {
    warn(warning(fallback), requireFresh ? 'error' : 'warning', environment.GITHUB_ACTIONS === 'true');
    if (requireFresh)
      process.stderr.write('retrain: failed, since fresh bars are required (REQUIRE_FRESH)\n');
  }
  if (environment.GITHUB_OUTPUT) {
    await appendFile(environment.GITHUB_OUTPUT, `bars=${fallback === undefined ? 'fresh' : 'sample'}\n`);
  }
  if (!environment.GITHUB_STEP_SUMMARY) return;
  await appendFile(
    environment.GITHUB_STEP_SUMMARY,
    [
      `## ${symbol}, retrained on bars up to ${bars.to}`,
      ...(fallback === undefined ? [] : [`> [!WARNING]\n> ${warning(fallback)}`]),
      `\`\`\`text\n${results}\n\`\`\``,
      checks.map(check => `- ${check}`).join('\n'),
      '',
    ].join('\n\n'),
  );
}

function warning({ reason, message }: Failure): string {
  return `NOT FRESH BARS: these are the results on the embedded sample, because the source could not be reached (${reason}): ${message}`;
}

/** Conspicuous at the end of a log. */
function warn(text: string, level: 'warning' | 'error', isGitHub: boolean): void {
  const rule = '='.repeat(80);
  process.stdout.write(`\n${rule}\n${text}\n${rule}\n`);
  // The only characters with a special meaning in a workflow command.
  const data = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  if (isGitHub) process.stdout.write(`::${level} title=Not fresh bars::${data}\n`);
}
