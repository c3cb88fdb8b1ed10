/**
 * How the outcome is told: on the terminal, and in GitHub Actions as an annotation, in the job's summary and as the step's
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
  /** What the server was asked. */
  readonly asked: readonly string[];
  /** Why there were no fresh bars. */
  readonly fallback: Failure | undefined;
  /** Whether that is a failure. */
  readonly requireFresh: boolean;
}

/** Prints it; appends it to `GITHUB_STEP_SUMMARY` as Markdown and to `GITHUB_OUTPUT` where there are such files. */
export async function tell(outcome: Outcome, environment: NodeJS.ProcessEnv): Promise<void> {
  const { evaluation, artifacts, asked, fallback, requireFresh } = outcome;
  const { symbol, bars } = evaluation;
  const results = resultsTable(evaluation).trim();
  const checks = [
    `version ${artifacts.version.version}: ${artifacts.files} files are as their manifests say`,
    ...asked,
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
  return `NOT FRESH BARS: these are the results on the embedded sample, since Yahoo is out of reach (${reason}): ${message}`;
}

/** Loud enough not to be overlooked at the end of a log. */
function warn(text: string, level: 'warning' | 'error', isGitHub: boolean): void {
  const rule = '='.repeat(80);
  process.stdout.write(`\n${rule}\n${text}\n${rule}\n`);
  // Of what a message may hold only these have a meaning in a workflow command.
  const data = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  if (isGitHub) process.stdout.write(`::${level} title=Not fresh bars::${data}\n`);
}
