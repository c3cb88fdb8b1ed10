/**
 * The error type that crosses boundaries (stage, program, HTTP): the cause, whether a retry can help, and the exit code
 * on which the Job's `podFailurePolicy` acts.
 */

/** Permanent until the input changes, or worth a retry. */
export type FailureKind = 'Permanent' | 'Transient';

/** Exit codes of every program, after BSD `sysexits.h`. Codes up to 78 but 74 and 75 mean: do not retry. */
export const exitCodes = {
  ok: 0,
  /** An unexpected error: a bug. Retried, since it may be specific to the machine. */
  internal: 1,
  /** Wrong command line or spec. */
  usage: 64,
  /** The data is wrong: unknown symbol, bars that break the rules, a feature that looks ahead. */
  data: 65,
  /** An input artifact is missing, truncated or altered. */
  input: 66,
  /** Reading or writing failed: disk full, volume gone. Retried. */
  io: 74,
  /** A remote system failed temporarily: time-outs, 429, 5xx. Retried. */
  transient: 75,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Every reason of a failure; CamelCase, as in conditions and Events. */
const failureReasons = {
  InvalidSpec: exitCodes.usage,
  InvalidArguments: exitCodes.usage,
  UnknownSymbol: exitCodes.data,
  NoData: exitCodes.data,
  InvalidBars: exitCodes.data,
  StaleBars: exitCodes.data,
  TooFewBars: exitCodes.data,
  UnreadableFile: exitCodes.data,
  RequestRefused: exitCodes.data,
  LookAhead: exitCodes.data,
  TooLarge: exitCodes.data,
  TrainingFailed: exitCodes.data,
  InputMissing: exitCodes.input,
  InputAltered: exitCodes.input,
  InvalidArtifact: exitCodes.input,
  DiskFull: exitCodes.io,
  StorageFailed: exitCodes.io,
  RateLimited: exitCodes.transient,
  TimedOut: exitCodes.transient,
  SourceUnavailable: exitCodes.transient,
  UnexpectedAnswer: exitCodes.transient,
  Interrupted: exitCodes.transient,
} as const satisfies Record<string, ExitCode>;

export type FailureReason = keyof typeof failureReasons;

/** `details` is JSON for logs and API errors, never a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    reason: FailureReason,
    message: string,
    details: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.details = details;
  }

  get exitCode(): ExitCode {
    return failureReasons[this.reason];
  }

  get kind(): FailureKind {
    return this.exitCode === exitCodes.io || this.exitCode === exitCodes.transient
      ? 'Transient'
      : 'Permanent';
  }
}

/** The exit code of a program that ends with `error`. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof Failure ? error.exitCode : exitCodes.internal;
}

/** The reason of any thrown value. */
export function reasonOf(error: unknown): FailureReason | 'InternalError' {
  return error instanceof Failure ? error.reason : 'InternalError';
}

/** The message of any thrown value; that of a library may have several lines. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
