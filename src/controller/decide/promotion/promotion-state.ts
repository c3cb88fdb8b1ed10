/** The state that a promotion decision changes step by step: champion, history, counts of looks, Events. */
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
import { noteOf } from '../event.ts';
import type { DecidedRun, PromotionInput } from '../types.ts';
import { resolveApproval, withPresentCommand } from './approved-run.ts';
import { modelEvent, runEvent } from './events.ts';
import { holdoutOf, type LookCounts, looksAt, withLook } from './looks.ts';

/** The outcome for a run, without what the history adds. */
export type Outcome = Pick<HistoryEntry, 'outcome' | 'reason' | 'message'>;

/** Starts with the Model's stored status; read at the end of the decision. */
export class PromotionState {
  readonly model: ModelResource;
  readonly spec: ModelSpec;
  readonly events: EventIntent[] = [];
  readonly notes: Note[] = [];
  champion: Champion | null;
  /** Newest first. */
  history: readonly HistoryEntry[];
  judged: LookCounts;
  /** The run that `approvedRun` approves; null while there is none. */
  readonly approval: ModelStatus['approval'] | null;
  /** What `pinnedRun` refers to; null while it refers to nothing. */
  pin: ModelStatus['pin'] | null = null;
  readonly nothingServes: boolean;
  /** Entries added by this decision, by run uid, including those that the history has no room for. */
  readonly #added = new Map<string, HistoryEntry>();
  readonly #time: string;

  /** @param runs those that may compete */
  constructor({ model, now, nothingServes }: PromotionInput, spec: ModelSpec, runs: readonly DecidedRun[]) {
    const status: ModelStatus = model.status;
    this.model = model;
    this.spec = spec;
    this.champion = status.champion ?? null;
    this.history = (status.history ?? []).map(entry => {
      const message = withPresentCommand(entry.message, model.name, entry.version);
      return message === entry.message ? entry : { ...entry, message };
    });
    this.judged = status.judged ?? [];
    this.nothingServes = nothingServes;
    this.approval = resolveApproval(spec, status.approval, runs);
    this.#time = formatTime(now);
  }

  /** The newest entry of a run, by its uid. */
  entryOf(uid: string): HistoryEntry | undefined {
    return this.#added.get(uid) ?? this.history.find(entry => entry.runUid === uid);
  }

  /** Number of runs judged on the run's holdout so far. */
  looksFor({ status }: DecidedRun): number {
    return looksAt(this.judged, holdoutOf(status.metrics ?? {}));
  }

  /** Counts a look at the run's holdout. */
  countLook({ status }: DecidedRun): void {
    const holdout = holdoutOf(status.metrics ?? {});
    if (holdout !== undefined) this.judged = withLook(this.judged, holdout);
  }

  /** Adds an entry for a run, with Events about the run and the Model. */
  record({ run, status }: DecidedRun, { outcome, reason, message }: Outcome): void {
    const { version, metrics = {} } = status;
    const holdout = holdoutOf(metrics);
    this.#add({
      run: run.name,
      runUid: run.uid,
      ...(version !== undefined && { version }),
      outcome,
      reason,
      message,
      ...(holdout !== undefined && { holdout }),
      ...(status.metrics !== undefined && { metrics }),
    });
    const event = runEvent(run, { outcome, reason, message });
    this.events.push(event, modelEvent(this.model, { outcome, reason, message }, run.name));
    this.notes.push(noteOf(event, { run: run.name }));
  }

  /** Adds an entry for a run that no longer exists, with an Event about the Model. */
  recordDeletedRun(
    known: Pick<HistoryEntry, 'run' | 'runUid' | 'version' | 'metrics'>,
    { outcome, reason, message }: Outcome,
  ): void {
    this.#add({ ...known, outcome, reason, message });
    const event = modelEvent(this.model, { outcome, reason, message }, known.run);
    this.events.push(event);
    this.notes.push(noteOf({ ...event, message }, { run: known.run }));
  }

  #add(entry: Omit<HistoryEntry, 'time'>): void {
    const added = { ...entry, time: this.#time };
    if (added.runUid !== undefined) this.#added.set(added.runUid, added);
    this.history = [added, ...this.history].slice(0, historyLimit);
  }

  /** Replaces the champion. */
  promote(champion: Omit<Champion, 'promotedAt'>): void {
    this.champion = { ...champion, promotedAt: this.#time };
  }
}
