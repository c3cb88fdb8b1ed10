/** What a source of bars provides: rows as it delivered them, before any rule is applied to them. */
import type { DataSpec } from '../api/training-run.ts';
import type { RetryTools } from './retry.ts';

/** A source that `data.source` can name. */
export interface BarSource {
  /**
   * A live source has new bars every day: its history counts back from the day of the run, and its last bar can be too
   * old. The bars of any other source change only with its file.
   */
  readonly isLive: boolean;
  /** Whether the symbol alone identifies the bars, so that they can be fetched again without the run's `data`. */
  readonly isBySymbol: boolean;
  /** @throws Failure `InvalidSpec` for a symbol that the source cannot have. */
  checkSymbol(symbol: string): void;
  /** How messages name the source, such as `Yahoo` or a file's path. */
  nameOf(data: DataSpec): string;
  /**
   * Where requests are sent, such as `https://example.com`; null for a source that reads a file.
   * @throws Failure `InvalidArguments` for a setting of the source that is not valid.
   */
  origin(environment: Environment): string | null;
  /** Lower-case hexadecimal sha256 of the file that is read; null for a source that sends requests. */
  contentDigest(data: DataSpec): Promise<string | null>;
  /** May return days outside the requested range. @throws Failure naming the cause. */
  fetch(request: BarRequest, data: DataSpec, tools: SourceTools): Promise<SourceBars>;
}

/** Environment variables: a source reads its own settings from them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface SourceTools {
  readonly environment: Environment;
  /** For tests; default: `systemRetryTools`. */
  readonly retryTools?: RetryTools | undefined;
}

export interface BarRequest {
  readonly symbol: string;
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  /** Last day, inclusive; undefined: the latest. */
  readonly end: string | undefined;
  /** When the run started, ISO 8601; decides which bars are settled. */
  readonly now: string;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export interface SourceBars {
  readonly rows: readonly RawBar[];
  /** Rows that the source left out because they are not settled bars. */
  readonly dropped: readonly Dropped[];
  /** Null when the source has no record of splits. */
  readonly splits: readonly Split[] | null;
  readonly currency: string | null;
  readonly exchange: string | null;
}

/** A row as the source delivered it: null for a missing value. */
export interface RawBar {
  /** The exchange's calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  /** Its position in the source, for messages: `row 17 (2024-01-02)` of a response, `line 18` of a file. */
  readonly place: string;
}

/** `ratio` new shares for each old one: 7 for a 7:1 split, 0.1 for a 1:10 reverse split. */
export interface Split {
  readonly date: string;
  readonly ratio: number;
  /** The usual notation: `7:1`. */
  readonly text: string;
}

export interface Dropped {
  readonly date: string;
  readonly reason: string;
}
