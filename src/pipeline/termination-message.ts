/** A stage's report to the operator: a termination message, of which Kubernetes keeps at most 4,096 bytes. */
import { writeFile } from 'node:fs/promises';
import type { StageName } from '../api/artifacts.ts';
import type { LiveProblem, LiveScore } from '../api/live.ts';
import { type ScoreReport, type StageFailure, type StageSuccess, scoreName } from '../api/stage-report.ts';
import { Failure, messageOf, reasonOf } from '../failure.ts';
import type { StageOutcome } from './run-stage.ts';

const maximumBytes = 4096;

/** Results of Evaluate besides its artifacts. */
export interface Findings {
  /** The published version. */
  readonly version?: string | undefined;
  readonly live?: LiveScore | null | undefined;
  /** Why `live` is missing or incomplete. */
  readonly problem?: LiveProblem | null | undefined;
}

/** One line of JSON within the limit. */
export function succeeded(
  { stage, state, manifest }: StageOutcome,
  { version, live, problem }: Findings = {},
): string {
  const { inputDigest, outputDigest, metrics } = manifest;
  const report = { stage, state, inputDigest, outputDigest, metrics, version } satisfies StageSuccess;
  return whole({ ...report, ...(live && { live }) }, problem);
}

/** The report of Score: one line of JSON within the limit. */
export function scored({ live, problem }: Pick<Findings, 'live' | 'problem'>): string {
  const report = { stage: scoreName, state: 'Succeeded' } satisfies ScoreReport;
  return whole({ ...report, ...(live && { live }) }, problem);
}

/** Figures are never truncated; the message of a problem is, to the remaining space. */
function whole(report: object, problem: LiveProblem | null | undefined): string {
  const text = JSON.stringify(report);
  const room = maximumBytes - Buffer.byteLength(text);
  if (room < 0) throw new RangeError(`a stage's figures exceed ${maximumBytes} bytes`);
  return problem ? withProblem(report, problem, room) : text;
}

/** Longest message of a problem, which stays in a status for long. */
const longestProblem = 500;

function withProblem(report: object, { reason, message }: LiveProblem, room: number): string {
  // A character takes up to six bytes when escaped.
  const frame = JSON.stringify({ liveProblem: { reason, message: '…' } }).length + 6;
  const longest = Math.min(longestProblem, Math.floor((room - frame) / 6));
  const truncated = message.length <= longest ? message : `${message.slice(0, Math.max(0, longest))}…`;
  const text = JSON.stringify({ ...report, liveProblem: { reason, message: truncated } });
  return Buffer.byteLength(text) <= maximumBytes ? text : JSON.stringify(report);
}

type Failed = Omit<StageFailure, 'stage'> & { readonly stage: StageName | typeof scoreName };

/** One line of JSON within the limit; `log` is the end of the stage's log. The log is truncated first, then the message. */
export function failed(stage: Failed['stage'], error: unknown, log = ''): string {
  const reason = reasonOf(error);
  const kind = error instanceof Failure ? error.kind : 'Transient';
  const report: Failed = { stage, state: 'Failed', kind, reason, message: messageOf(error) };
  return fitting(log === '' ? report : { ...report, log });
}

/** Writes the report in one write: Kubernetes mounts a file at `path`, which cannot be replaced by a rename. */
export async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text);
}

function fitting(report: Failed): string {
  const text = JSON.stringify(report);
  const excess = Buffer.byteLength(text) - maximumBytes;
  if (excess <= 0) return text;
  // A character takes up to six bytes when escaped: truncate by characters until it fits.
  const surplus = Math.max(1, Math.ceil(excess / 6)) + 1;
  const { log, ...rest } = report;
  if (log !== undefined) {
    return fitting(log.length > surplus ? { ...rest, log: `…${log.slice(surplus)}` } : rest);
  }
  const kept = Math.max(0, report.message.length - surplus);
  return fitting({ ...report, message: `${report.message.slice(0, kept)}…` });
}
