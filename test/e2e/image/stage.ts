/**
 * A fake stage that follows a script. Each start appends a line to `<artifacts>/<model>/<run>/starts.log`, which shows how
 * often a stage was started even after pods and Jobs are gone.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import type { StageReport } from '../../../src/api/stage-report.ts';
import { type TrainingRun, trainingRunSchema } from '../../../src/api/training-run.ts';
import { comparisonWith, goodMetrics } from '../../../support/cluster/metrics.ts';
import {
  type Move,
  type Served,
  type StageEnvironment,
  stageEnvironmentSchema,
} from '../../../support/cluster/script.ts';

const interrupted = 75;
const permanentCodes = [64, 65, 66];

/** Returns false if the real stage must run next. Does not return if the script ends the attempt. */
export async function runFakeStage(word: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const settings = stageEnvironmentSchema.parse(environment);
  const stage = stageNames.find(name => name.toLowerCase() === word);
  if (stage === undefined) throw new Error(`no stage ${word}`);
  const run = trainingRunSchema.parse(JSON.parse(settings.BELLWETHER_RUN));
  // PID 1 of a container has no default signal handlers.
  const stop = () => process.exit(interrupted);
  process.once('SIGTERM', stop);
  const attempt = await recordStart(settings.BELLWETHER_ARTIFACTS, run, stage);
  process.stdout.write(`start ${attempt} of ${stage}\n`);
  const move = settings.FAKE_STAGES[stage]?.[attempt - 1] ?? {};
  await perform(move);
  const tell = (text: string) => writeFile(settings.BELLWETHER_REPORT, text);
  if (move.report !== undefined) await tell(move.report);
  else if (move.exit) await tell(JSON.stringify(failure(stage, move)));
  if (move.exit !== undefined || move.report !== undefined) process.exit(move.exit ?? 0);
  if (settings.FAKE_REAL) {
    process.off('SIGTERM', stop);
    return false;
  }
  await tell(JSON.stringify(await success(stage, run, settings)));
  process.exit(0);
}

async function recordStart(artifacts: string, run: TrainingRun, stage: StageName): Promise<number> {
  const folder = join(artifacts, modelOf(run), run.metadata.name);
  const path = join(folder, 'starts.log');
  await mkdir(folder, { recursive: true });
  await appendFile(path, `${JSON.stringify({ stage, pod: hostname(), time: new Date().toISOString() })}\n`);
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.filter(line => JSON.parse(line).stage === stage).length;
}

async function perform({ sleepSeconds = 0, allocateMiB = 0 }: Move): Promise<void> {
  const memory = Array.from({ length: allocateMiB }, () => Buffer.alloc(1024 * 1024, 1));
  await sleep(sleepSeconds * 1000);
  process.stdout.write(`allocated ${memory.length} MiB for ${sleepSeconds} s\n`);
}

function failure(stage: StageName, { exit = 1, reason = 'Scripted' }: Move): StageReport {
  const kind = permanentCodes.includes(exit) ? 'Permanent' : 'Transient';
  return {
    stage,
    state: 'Failed',
    kind,
    reason,
    message: `scripted exit with ${exit}`,
    log: 'the last line',
  };
}

async function success(stage: StageName, run: TrainingRun, settings: StageEnvironment): Promise<StageReport> {
  const name = `${modelOf(run)}/${run.metadata.name}`;
  const digests = {
    inputDigest: sha256(`in ${stage} ${name}`),
    outputDigest: sha256(`out ${stage} ${name}`),
  };
  if (stage !== 'Evaluate') return { stage, state: 'Succeeded', ...digests, metrics: {} };
  const version = settings.FAKE_VERSION ?? sha256(name).slice(0, 12);
  const folder = join(settings.BELLWETHER_ARTIFACTS, modelOf(run), '.versions', version);
  const unready = settings.FAKE_UNREADY;
  const served: Served = { model: modelOf(run), version, unready };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'stand-in.json'), JSON.stringify(served));
  const metrics = {
    ...goodMetrics,
    symbol: run.spec.symbol,
    ...comparisonWith(settings.BELLWETHER_CHAMPION),
    ...settings.FAKE_METRICS,
  };
  return { stage, state: 'Succeeded', ...digests, metrics, version };
}

function modelOf({ metadata, spec }: TrainingRun): string {
  return spec.model ?? metadata.name;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
