/**
 * Runs one stage of a TrainingRun: `stage fetch|features|train|evaluate`. The exit code says what a failure
 * means (src/failure.ts); the report is the termination message that the operator reads.
 */
import { exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';
import { LogTail } from '../src/pipeline/log-tail.ts';
import { publishVersion } from '../src/pipeline/publish.ts';
import { parseRunText, readRunFile } from '../src/pipeline/run-file.ts';
import { runFolder, versionFolder } from '../src/pipeline/run-folder.ts';
import { runStage } from '../src/pipeline/run-stage.ts';
import { readStageOptions, type StageOptions, stageHelp } from '../src/pipeline/stage-options.ts';
import { loadStage } from '../src/pipeline/stages.ts';
import { failed, succeeded, writeReport } from '../src/pipeline/termination-message.ts';
import { WorkerPool } from '../src/workers/pool.ts';

/** Brings the stage up to date, and after Evaluate publishes the run. Returns the report. */
async function run(options: StageOptions): Promise<string> {
  const { stage, file, artifacts, now = new Date().toISOString(), champion } = options;
  const trainingRun =
    file === undefined
      ? parseRunText(options.run ?? '', '--run (or BELLWETHER_RUN)')
      : await readRunFile(file);
  const folder = runFolder(artifacts, trainingRun);
  const cancel = new AbortController();
  const pool = new WorkerPool();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      cancel.abort(new Failure('Interrupted', `stopped by ${signal}`));
      void pool.close();
    });
  }
  try {
    const outcome = await runStage(await loadStage(stage), {
      runFolder: folder,
      spec: trainingRun.spec,
      surroundings: {
        now,
        champion:
          champion === undefined ? undefined : { version: champion, folder: versionFolder(folder, champion) },
      },
      runTask: pool.runTask,
      signal: cancel.signal,
      progress: (fraction, message) =>
        process.stdout.write(`${stage} ${Math.round(fraction * 100)}% ${message}\n`),
    });
    return succeeded(outcome, stage === 'Evaluate' ? await publishVersion(folder) : undefined);
  } finally {
    await pool.close();
  }
}

/** Prints the report and writes it to its file. One that cannot be written leaves the exit code as it is. */
async function tell({ report }: StageOptions, text: string): Promise<void> {
  process.stdout.write(`${text}\n`);
  if (report === undefined) return;
  try {
    await writeReport(report, text);
  } catch (error) {
    process.stderr.write(`cannot write the report: ${messageOf(error)}\n`);
  }
}

async function main(options: StageOptions): Promise<number> {
  const log = new LogTail();
  log.follow(process.stdout);
  log.follow(process.stderr);
  try {
    await tell(options, await run(options));
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof Failure))
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    await tell(options, failed(options.stage, error, log.text));
    return exitCodeOf(error);
  }
}

try {
  const options = readStageOptions(process.argv.slice(2), process.env);
  if (options === null) process.stdout.write(stageHelp());
  process.exit(options === null ? exitCodes.ok : await main(options));
} catch (error) {
  process.stderr.write(`stage: ${messageOf(error)}\n`);
  process.exit(exitCodeOf(error));
}
