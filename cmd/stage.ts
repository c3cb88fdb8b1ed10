/**
 * Runs one stage of a TrainingRun: `stage fetch|features|train|evaluate`. The exit code says what a failure
 * means (src/failure.ts); `--report` writes the termination message that the operator reads.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type StageName, stageNames } from '../src/api/artifacts.ts';
import { exitCodeOf, exitCodes, Failure, messageOf } from '../src/failure.ts';
import { readRunFile } from '../src/pipeline/run-file.ts';
import { runFolder } from '../src/pipeline/run-folder.ts';
import { runStage, type StageOutcome } from '../src/pipeline/run-stage.ts';
import { loadStage } from '../src/pipeline/stages.ts';
import { failed, succeeded } from '../src/pipeline/termination-message.ts';
import { WorkerPool } from '../src/workers/pool.ts';

const usage = `usage: stage fetch|features|train|evaluate --file RUN.yaml --artifacts DIR [options]

  --file FILE       the TrainingRun, YAML or JSON
  --artifacts DIR   where runs keep their artifacts
  --report FILE     also write the outcome there as one line of JSON of at most 4,096 bytes
  --now TIME        the moment the run was asked for, ISO 8601 (default: now)
  --help            this text
`;

interface Arguments {
  readonly stage: StageName;
  readonly file: string;
  readonly artifacts: string;
  readonly report: string | undefined;
  readonly now: string;
}

function parse(argv: string[]): Arguments {
  const options = {
    file: { type: 'string' },
    artifacts: { type: 'string' },
    report: { type: 'string' },
    now: { type: 'string', default: new Date().toISOString() },
    help: { type: 'boolean' },
  } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new Failure('InvalidArguments', messageOf(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(usage);
    process.exit(exitCodes.ok);
  }
  const stage = stageNames.find(name => name.toLowerCase() === positionals[0]);
  if (stage === undefined || positionals.length > 1) {
    throw new Failure(
      'InvalidArguments',
      `say one stage of fetch, features, train, evaluate; got '${positionals.join(' ')}'`,
    );
  }
  const { file, artifacts, report, now } = values;
  if (file === undefined) throw new Failure('InvalidArguments', '--file is required');
  if (artifacts === undefined) throw new Failure('InvalidArguments', '--artifacts is required');
  if (Number.isNaN(Date.parse(now))) throw new Failure('InvalidArguments', `--now is not a time: '${now}'`);
  return { stage, file, artifacts, report, now };
}

async function run({ stage, file, artifacts, now }: Arguments): Promise<StageOutcome> {
  const trainingRun = await readRunFile(file);
  const cancel = new AbortController();
  const pool = new WorkerPool();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      cancel.abort(new Failure('Interrupted', `stopped by ${signal}`));
      void pool.close();
    });
  }
  try {
    return await runStage(await loadStage(stage), {
      runFolder: runFolder(artifacts, trainingRun),
      spec: trainingRun.spec,
      surroundings: { now },
      runTask: pool.runTask,
      signal: cancel.signal,
      progress: (fraction, message) =>
        process.stdout.write(`${stage} ${Math.round(fraction * 100)}% ${message}\n`),
    });
  } finally {
    await pool.close();
  }
}

async function main(): Promise<number> {
  let named: Arguments | undefined;
  const report = async (text: string) => {
    process.stdout.write(`${text}\n`);
    if (named?.report !== undefined) await writeFile(named.report, text);
  };
  try {
    named = parse(process.argv.slice(2));
    await report(succeeded(await run(named)));
    return exitCodes.ok;
  } catch (error) {
    if (named === undefined) {
      process.stderr.write(`stage: ${messageOf(error)}\n\n${usage}`);
      return exitCodes.usage;
    }
    if (!(error instanceof Failure))
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    await report(failed(named.stage, error));
    return exitCodeOf(error);
  }
}

process.exit(await main());
