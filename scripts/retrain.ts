/**
 * Trains on fresh bars, then checks the result: every artifact against its manifest, and the API of a server that serves
 * the run. The settings are those of `make run`, except ADDRESS, PORT and SERVE. With `REQUIRE_FRESH=true` it fails at the
 * end, after the report, if the sample replaced fresh bars.
 */
import { artifactFiles } from '../src/api/artifacts.ts';
import { evaluationSchema } from '../src/api/evaluation.ts';
import { exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';
import { parseJsonArtifact } from '../src/pipeline/json-artifact.ts';
import type { Version } from '../src/pipeline/version.ts';
import { startServer } from '../src/serving/server.ts';
import { checkApi } from './checks/api.ts';
import { checkArtifacts } from './checks/artifacts.ts';
import { reportOutcome } from './retrain/outcome.ts';
import { retrainSettings } from './retrain/settings.ts';
import { retrain } from './retrain/train.ts';

/** Checks the API of a temporary server for the run. @returns the checks, one phrase each. */
async function checkServing(folder: string, version: Version): Promise<string[]> {
  const server = await startServer({ modelFolder: folder, host: '127.0.0.1', port: 0, logLevel: 'warn' });
  try {
    const failure = await server.loaded;
    if (failure !== undefined) throw failure;
    return await checkApi(server.url, version);
  } finally {
    await server.close();
  }
}

async function main(): Promise<number> {
  try {
    const { run, artifacts, requireFresh } = await retrainSettings(process.env);
    const { folder, fallback } = await retrain(run, artifacts);
    const checked = await checkArtifacts(folder);
    const apiChecks = await checkServing(folder, checked.version);
    const bytes = await checked.version.stages.Evaluate.read(artifactFiles.evaluation);
    const evaluation = parseJsonArtifact(artifactFiles.evaluation, bytes, evaluationSchema);
    await reportOutcome({ evaluation, artifacts: checked, apiChecks, fallback, requireFresh }, process.env);
    return fallback !== undefined && requireFresh ? fallback.exitCode : exitCodes.ok;
  } catch (error) {
    process.stderr.write(`retrain: ${messageOf(error)}\n`);
    if (!(error instanceof Failure))
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return exitCodeOf(error);
  }
}

process.exit(await main());
