/** What a decision about promotion adds up to, entry by entry: champion, audit trail, looks, events. */
import {
  type Champion,
  type HistoryEntry,
  historyLimit,
  type ModelSpec,
  type ModelStatus,
} from '../../../api/model.ts';
import type { ModelResource } from '../../observation.ts';
import type { EventIntent, Note } from '../../plan.ts';
import { formatTime } from '../../time.ts';
import { lineOf } from '../event.ts';
import type { JudgedRun } from '../types.ts';
import { modelEvent, runEvent } from './events.ts';
import { holdoutOf, type Judged, looksAt, withLook } from './looks.ts';

/** What became of a run, before it is written down. */
export type Outcome = Pick<HistoryEntry, 'outcome' | 'reason' | 'message'>;

/** Begins with the status of the Model; what is decided is added to it, and read from it at the end. */
export class Ledger {
  readonly model: ModelResource;
  readonly spec: ModelSpec;
  readonly events: EventIntent[] = [];
  readonly notes: Note[] = [];
  champion: Champion | null;
  /** Newest first. */
  history: readonly HistoryEntry[];
  judged: Judged;
  /** What this decision wrote down, by uid, also where the history has no room for it. */
  readonly #written = new Map<string, HistoryEntry>();
  readonly #time: string;

  /** Begins with what the status says. @param now milliseconds since the epoch */
  constructor(model: ModelResource, spec: ModelSpec, now: number) {
    const status: ModelStatus = model.status;
    this.model = model;
    this.spec = spec;
    this.champion = status.champion ?? null;
    this.history = status.history ?? [];
    this.judged = status.judged ?? [];
    this.#time = formatTime(now);
  }

  /** The last thing written about a run, by its uid. */
  entryOf(uid: string): HistoryEntry | undefined {
    return this.#written.get(uid) ?? this.history.find(entry => entry.runUid === uid);
  }

  /** Looks at the run's holdout so far. */
  looksFor({ status }: JudgedRun): number {
    return looksAt(this.judged, holdoutOf(status.metrics ?? {}));
  }

  countLook({ status }: JudgedRun): void {
    const holdout = holdoutOf(status.metrics ?? {});
    if (holdout !== undefined) this.judged = withLook(this.judged, holdout);
  }

  /** Writes down what became of a run, and tells of it. */
  record({ run, status }: JudgedRun, { outcome, reason, message }: Outcome): void {
    const { version, metrics = {} } = status;
    const holdout = holdoutOf(metrics);
    this.#write({
      run: run.name,
      runUid: run.uid,
      ...(version !== undefined && { version }),
      outcome,
      reason,
      message,
      ...(holdout !== undefined && { holdout }),
      ...(status.metrics !== undefined && { metrics }),
    });
    const told = runEvent(run, outcome, message);
    this.events.push(told, modelEvent(this.model, outcome, run.name, message));
    this.notes.push(lineOf(told, { run: run.name }));
  }

  /** The same of a run that is no more, which only the Model can tell. */
  recordGone(
    known: Pick<HistoryEntry, 'run' | 'runUid' | 'version' | 'metrics'>,
    { outcome, reason, message }: Outcome,
  ): void {
    this.#write({ ...known, outcome, reason, message });
    const told = modelEvent(this.model, outcome, known.run, message);
    this.events.push(told);
    this.notes.push(lineOf({ ...told, message }, { run: known.run }));
  }

  #write(entry: Omit<HistoryEntry, 'time'>): void {
    const written = { ...entry, time: this.#time };
    if (written.runUid !== undefined) this.#written.set(written.runUid, written);
    this.history = [written, ...this.history].slice(0, historyLimit);
  }

  /** At most one: the one before gives way. */
  promote(champion: Omit<Champion, 'promotedAt'>): void {
    this.champion = { ...champion, promotedAt: this.#time };
  }
}
