/** What a source of bars is: it asks or reads, and gives rows as they came, before any rule is applied. */

/** A row as the source gave it: null where it gave nothing. */
export interface RawBar {
  /** The exchange's calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  /** Where people find it in the source: `row 17` of an answer, `line 18` of a file. */
  readonly place: string;
}

/** `ratio` new shares for each old one: 7 for a 7:1 split, 0.1 for a 1:10 reverse split. */
export interface Split {
  readonly date: string;
  readonly ratio: number;
  /** As people write it: `7:1`. */
  readonly text: string;
}

export interface Dropped {
  readonly date: string;
  readonly reason: string;
}

export interface SourceBars {
  readonly rows: readonly RawBar[];
  /** Rows left out by the source because they are no settled bars. */
  readonly dropped: readonly Dropped[];
  /** Null when the source does not know of splits. */
  readonly splits: readonly Split[] | null;
  readonly currency: string | null;
  readonly exchange: string | null;
}

export interface BarRequest {
  readonly symbol: string;
  /** First day wanted. */
  readonly start: string;
  /** Last day wanted, inclusive; undefined: the latest. */
  readonly end: string | undefined;
  /** The moment the run was asked for, ISO 8601; decides which bars are settled. */
  readonly now: string;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** May give more days than were asked for; the caller cuts. */
export interface BarSource {
  /** @throws Failure naming the cause. */
  fetch(request: BarRequest): Promise<SourceBars>;
}
