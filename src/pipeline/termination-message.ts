/** What a stage tells the operator: Kubernetes keeps at most 4,096 bytes of a container's last words. */
import type { StageName } from '../api/artifacts.ts';
import { Failure, type FailureKind, messageOf } from '../failure.ts';
import type { StageOutcome } from './run-stage.ts';

const maximumBytes = 4096;

export interface StageReport {
  readonly stage: StageName;
  readonly state: 'Succeeded' | 'Reused' | 'Failed';
  readonly inputDigest?: string;
  readonly outputDigest?: string;
  readonly metrics?: Record<string, string | number>;
  readonly kind?: FailureKind;
  readonly reason?: string;
  readonly message?: string;
}

/** One line of JSON within the limit. */
export function succeeded({ stage, state, manifest }: StageOutcome): string {
  const { inputDigest, outputDigest, metrics } = manifest;
  return fitting({ stage, state, inputDigest, outputDigest, metrics });
}

/** One line of JSON within the limit; the message is what gets shortened. */
export function failed(stage: StageName, error: unknown): string {
  const reason = error instanceof Failure ? error.reason : 'InternalError';
  const kind = error instanceof Failure ? error.kind : 'Transient';
  return fitting({ stage, state: 'Failed', kind, reason, message: messageOf(error) });
}

function fitting(report: StageReport): string {
  const text = JSON.stringify(report);
  const excess = Buffer.byteLength(text) - maximumBytes;
  if (excess <= 0) return text;
  if (report.message === undefined) throw new RangeError(`a stage's metrics exceed ${maximumBytes} bytes`);
  // A character may take six bytes once escaped: cut by characters until it fits.
  const kept = Math.max(0, report.message.length - Math.max(1, Math.ceil(excess / 6)) - 1);
  return fitting({ ...report, message: `${report.message.slice(0, kept)}…` });
}
