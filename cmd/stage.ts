/**
 * Runs one stage of a TrainingRun, `stage fetch|features|train|evaluate`, or scores the versions that serve or served,
 * `stage score`. The exit code classifies a failure (src/failure.ts); the report is the termination message that the
 * operator reads.
 */
import { join } from 'node:path';
import { scoreName } from '../src/api/stage-report.ts';
import { exitCodeOf, exitCodes, Failure, messageOf, reasonOf } from '../src/failure.ts';
import { LogTail } from '../src/pipeline/log-tail.ts';
import { publishVersion } from '../src/pipeline/publish.ts';
import { parseRunText, readRunFile } from '../src/pipeline/run-file.ts';
import { runFolder, versionFolder } from '../src/pipeline/run-folder.ts';
import { runStage } from '../src/pipeline/run-stage.ts';
import { readScoreOptions, type ScoreOptions, scoreHelp } from '../src/pipeline/score/score-options.ts';
import type { StageContext } from '../src/pipeline/stage.ts';
import { readStageOptions, type StageOptions, soleTenure, stageHelp } from '../src/pipeline/stage-options.ts';
import { loadStage } from '../src/pipeline/stages.ts';
import {
  type Findings,
  failed,
  scored,
  succeeded,
  writeReport,
} from '../src/pipeline/termination-message.ts';
import { TrainingPool } from '../src/pipeline/training-pool.ts';

type Tools = Pick<StageContext, 'runTask' | 'signal' | 'progress'>;

/** The work of a command: its name, the file for its report, and the function that returns the report. */
interface Work {
  readonly name: StageOptions['stage'] | typeof scoreName;
  readonly report: string | undefined;
  readonly run: (tools: Tools) => Promise<string>;
}

/** Runs the stage unless it is up to date; publishes the run after Evaluate. */
async function stageWork(options: StageOptions, tools: Tools): Promise<string> {
  const { stage, file, artifacts, now = new Date().toISOString(), champion } = options;
  const trainingRun =
    file === undefined
      ? parseRunText(options.run ?? '', '--run (or BELLWETHER_RUN)')
      : await readRunFile(file);
  const folder = runFolder(artifacts, trainingRun);
  const outcome = await runStage(await loadStage(stage), {
    runFolder: folder,
    spec: trainingRun.spec,
    environment: {
      now,
      champion:
        champion === undefined ? undefined : { version: champion, folder: versionFolder(folder, champion) },
    },
    ...tools,
  });
  if (stage !== 'Evaluate') return succeeded(outcome);
  const version = await publishVersion(folder);
  return succeeded(outcome, { version, ...(await scoreChampion(folder, options)) });
}

/** Scores the champion on the run's bars. A failure is reported and does not fail the run. */
async function scoreChampion(
  folder: string,
  { champion, tenures }: StageOptions,
): Promise<Pick<Findings, 'live' | 'problem'>> {
  if (champion === undefined) return {};
  const notScored = (why: string) => `The champion (version ${champion}) was not scored: ${why}`;
  try {
    const { scoreByRun } = await import('../src/pipeline/score/score-by-run.ts');
    const { reason, ...findings } = await scoreByRun(folder, champion, tenures ?? soleTenure(champion));
    if (reason !== null) process.stderr.write(`${notScored(reason)}\n`);
    return withWarning(findings);
  } catch (error) {
    return withWarning({ problem: { reason: reasonOf(error), message: notScored(messageOf(error)) } });
  }
}

/** Writes a problem to the log. */
function withWarning<F extends Pick<Findings, 'problem'>>(findings: F): F {
  if (findings.problem) process.stderr.write(`${findings.problem.message}\n`);
  return findings;
}

/** Fetches later bars, and scores the champion and earlier versions on them. */
async function scoreWork(options: ScoreOptions, tools: Tools): Promise<string> {
  const { artifacts, model, champion, now = new Date().toISOString() } = options;
  const { tenures = soleTenure(champion) } = options;
  const { readServed, scoreServed } = await import('../src/pipeline/score/score-served.ts');
  const { fetchSince } = await import('../src/pipeline/score/fetch-since.ts');
  const folder = join(artifacts, model);
  const served = await readServed(folder, champion);
  const bars = await fetchSince(served.fetched, { now, ...tools });
  return scored(withWarning(await scoreServed(folder, served, tenures, bars)));
}

async function perform({ name, run }: Work): Promise<string> {
  const cancel = new AbortController();
  const pool = new TrainingPool();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      cancel.abort(new Failure('Interrupted', `stopped by ${signal}`));
      void pool.close();
    });
  }
  try {
    return await run({
      runTask: pool.runTask,
      signal: cancel.signal,
      progress: (fraction, message) =>
        process.stdout.write(`${name} ${Math.round(fraction * 100)}% ${message}\n`),
    });
  } finally {
    await pool.close();
  }
}

/** Prints the report and writes it to its file. A write error does not change the exit code. */
async function publishReport(report: string | undefined, text: string): Promise<void> {
  process.stdout.write(`${text}\n`);
  if (report === undefined) return;
  try {
    await writeReport(report, text);
  } catch (error) {
    process.stderr.write(`cannot write the report: ${messageOf(error)}\n`);
  }
}

async function main(work: Work): Promise<number> {
  const log = new LogTail();
  log.follow(process.stdout);
  log.follow(process.stderr);
  try {
    await publishReport(work.report, await perform(work));
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof Failure))
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    await publishReport(work.report, failed(work.name, error, log.text));
    return exitCodeOf(error);
  }
}

/** Null after printing the help. @throws Failure InvalidArguments */
function readWork(argv: readonly string[], environment: NodeJS.ProcessEnv): Work | null {
  if (argv[0] === scoreName.toLowerCase()) {
    const options = readScoreOptions(argv.slice(1), environment);
    if (options === null) process.stdout.write(scoreHelp());
    return options && { name: scoreName, report: options.report, run: tools => scoreWork(options, tools) };
  }
  const options = readStageOptions(argv, environment);
  if (options === null) process.stdout.write(stageHelp());
  return options && { name: options.stage, report: options.report, run: tools => stageWork(options, tools) };
}

try {
  const work = readWork(process.argv.slice(2), process.env);
  process.exit(work === null ? exitCodes.ok : await main(work));
} catch (error) {
  process.stderr.write(`stage: ${messageOf(error)}\n`);
  process.exit(exitCodeOf(error));
}
