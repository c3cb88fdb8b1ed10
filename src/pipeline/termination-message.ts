/** What a stage tells the operator: Kubernetes keeps at most 4,096 bytes of a container's last words. */
import { writeFile } from 'node:fs/promises';
import type { StageName } from '../api/artifacts.ts';
import type { LiveScore } from '../api/live.ts';
import { type ScoreReport, type StageFailure, type StageSuccess, scoreName } from '../api/stage-report.ts';
import { Failure, messageOf } from '../failure.ts';
import type { StageOutcome } from './run-stage.ts';

const maximumBytes = 4096;

/** What Evaluate found out besides its artifacts. */
export interface Findings {
  /** That it was published as. */
  readonly version?: string | undefined;
  readonly live?: LiveScore | undefined;
}

/** One line of JSON within the limit. */
export function succeeded(
  { stage, state, manifest }: StageOutcome,
  { version, live }: Findings = {},
): string {
  const { inputDigest, outputDigest, metrics } = manifest;
  return whole({ stage, state, inputDigest, outputDigest, metrics, version, live } satisfies StageSuccess);
}

/** The same of Score. */
export function scored(live: LiveScore | null): string {
  return whole({
    stage: scoreName,
    state: 'Succeeded',
    ...(live !== null && { live }),
  } satisfies ScoreReport);
}

function whole(report: object): string {
  const text = JSON.stringify(report);
  if (Buffer.byteLength(text) > maximumBytes)
    throw new RangeError(`a stage's figures exceed ${maximumBytes} bytes`);
  return text;
}

type Failed = Omit<StageFailure, 'stage'> & { readonly stage: StageName | typeof scoreName };

/** One line of JSON within the limit; `log` is what the stage printed last. Log, then message, get shortened. */
export function failed(stage: Failed['stage'], error: unknown, log = ''): string {
  const reason = error instanceof Failure ? error.reason : 'InternalError';
  const kind = error instanceof Failure ? error.kind : 'Transient';
  const report: Failed = { stage, state: 'Failed', kind, reason, message: messageOf(error) };
  return fitting(log === '' ? report : { ...report, log });
}

/** Tells `path` in one write. Kubernetes mounts a file there, so that it cannot be renamed into place. */
export async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text);
}

function fitting(report: Failed): string {
  const text = JSON.stringify(report);
  const excess = Buffer.byteLength(text) - maximumBytes;
  if (excess <= 0) return text;
  // A character may take six bytes once escaped: cut by characters until it fits.
  const surplus = Math.max(1, Math.ceil(excess / 6)) + 1;
  const { log, ...rest } = report;
  if (log !== undefined) {
    return fitting(log.length > surplus ? { ...rest, log: `…${log.slice(surplus)}` } : rest);
  }
  const kept = Math.max(0, report.message.length - surplus);
  return fitting({ ...report, message: `${report.message.slice(0, kept)}…` });
}
