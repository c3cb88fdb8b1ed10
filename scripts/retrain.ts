/**
 * Trains on fresh bars, then proves what came out: every artifact against its manifest, and every answer of a server
 * that serves it. Settings are those of `make run`; where it serves and whether it goes on does not matter here. With
 * `REQUIRE_FRESH=true` it fails, after all is told, where the sample had to stand in.
 */
import { artifactFiles } from '../src/api/artifacts.ts';
import { evaluationSchema } from '../src/api/evaluation.ts';
import { exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';
import { parseJsonArtifact } from '../src/pipeline/json-artifact.ts';
import type { Version } from '../src/pipeline/version.ts';
import { startServer } from '../src/serving/server.ts';
import { checkApi } from './checks/api.ts';
import { checkArtifacts } from './checks/artifacts.ts';
import { tell } from './retrain/outcome.ts';
import { retrainSettings } from './retrain/settings.ts';
import { retrain } from './retrain/train.ts';

/** Serves the run on this machine for as long as it is asked. @returns what was asked. */
async function serveAndAsk(folder: string, version: Version): Promise<string[]> {
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
    const asked = await serveAndAsk(folder, checked.version);
    const bytes = await checked.version.stages.Evaluate.read(artifactFiles.evaluation);
    const evaluation = parseJsonArtifact(artifactFiles.evaluation, bytes, evaluationSchema);
    await tell({ evaluation, artifacts: checked, asked, fallback, requireFresh }, process.env);
    return fallback !== undefined && requireFresh ? fallback.exitCode : exitCodes.ok;
  } catch (error) {
    process.stderr.write(`retrain: ${messageOf(error)}\n`);
    if (!(error instanceof Failure))
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return exitCodeOf(error);
  }
}

process.exit(await main());
