/** Runs the four stages on this machine, prints the results, then serves the API and the page on localhost. */
import { once } from 'node:events';
import { join } from 'node:path';
import { artifactFiles } from '../src/api/artifacts.ts';
import { evaluationSchema } from '../src/api/evaluation.ts';
import { exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';
import { StageDisplay } from '../src/local/display.ts';
import { runPipeline } from '../src/local/pipeline.ts';
import { resultsTable } from '../src/local/results.ts';
import { type LocalSettings, localSettings, localVariables } from '../src/local/settings.ts';
import { readStage, stageFolder } from '../src/pipeline/artifacts.ts';
import { parseJsonArtifact } from '../src/pipeline/json-artifact.ts';
import { runFolder } from '../src/pipeline/run-folder.ts';

const usage = `usage: node cmd/run.ts, with settings in the environment:

${Object.entries(localVariables)
  .map(([name, meaning]) => `  ${name.padEnd(14)}${meaning}`)
  .join('\n')}
`;

/** Resolves with the first signal to stop; a second signal ends the process at once. */
function stopRequest(cancel: AbortController): Promise<unknown> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (cancel.signal.aborted) process.exit(130);
      cancel.abort(new Failure('Interrupted', 'stopped'));
    });
  }
  return once(cancel.signal, 'abort');
}

async function serve(
  folder: string,
  { host, port }: LocalSettings,
  stopped: Promise<unknown>,
): Promise<void> {
  const { startServer } = await import('../src/serving/server.ts');
  const server = await startServer({ modelFolder: folder, host, port, logLevel: 'warn' });
  await server.loaded;
  console.log(
    `serving ${server.url}  (API: ${server.url}/docs, report: ${server.url}/model/report; Ctrl-C stops)`,
  );
  await stopped;
  await server.close();
}

async function main(): Promise<number> {
  if (process.argv.length > 2) {
    console.log(usage);
    return process.argv.includes('--help') ? exitCodes.ok : exitCodes.usage;
  }
  const cancel = new AbortController();
  const stopped = stopRequest(cancel);
  try {
    const settings = await localSettings(process.env);
    const { run, artifacts } = settings;
    await runPipeline({
      run,
      artifacts,
      environment: { now: new Date().toISOString() },
      display: new StageDisplay(process.stdout, () => performance.now()),
      signal: cancel.signal,
    });
    const folder = runFolder(artifacts, run);
    const stored = await readStage(stageFolder(folder, 'Evaluate'));
    const bytes = await stored.read(artifactFiles.evaluation);
    console.log(resultsTable(parseJsonArtifact(artifactFiles.evaluation, bytes, evaluationSchema)));
    console.log(`report: ${join(stored.folder, artifactFiles.report)}`);
    if (settings.serve) await serve(folder, settings, stopped);
    return exitCodes.ok;
  } catch (error) {
    if (cancel.signal.aborted) return 130;
    console.error(`bellwether: ${messageOf(error)}`);
    if (!(error instanceof Failure)) console.error(error instanceof Error ? error.stack : error);
    return exitCodeOf(error);
  }
}

process.exit(await main());
