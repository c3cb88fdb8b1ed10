/**
 * Asks the npm registry for known vulnerabilities of the programs' locked packages. Fails at severity high and above. If
 * the registry does not answer, this is reported, and fails only with `REQUIRE_AUDIT=true`.
 */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;
const fatal: readonly string[] = ['high', 'critical'];

const reportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.enum(severities), range: z.string(), isDirect: z.boolean() }),
  ),
});

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
process.exitCode = report(stdout);

/** Prints the result. @returns the exit code. */
function report(json: string): number {
  const parsed = reportSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    process.stdout.write(`AUDIT DID NOT RUN: the npm registry did not answer.\n${json || stderr}\n`);
    return process.env.REQUIRE_AUDIT === 'true' ? 1 : 0;
  }
  const found = Object.entries(parsed.data.vulnerabilities);
  for (const [name, { severity, range, isDirect }] of found) {
    process.stdout.write(`${severity}: ${name} ${range}${isDirect ? ', a direct dependency' : ''}\n`);
  }
  const failing = found.filter(([, { severity }]) => fatal.includes(severity));
  process.stdout.write(`${found.length} vulnerable packages, ${failing.length} of severity high or above\n`);
  return failing.length > 0 ? 1 : 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
