/** Plays a story without faults and then once for each fault, from the moment before it until nothing differs any more. */
import assert from 'node:assert/strict';
import { events } from '../../../src/controller/resources.ts';
import type { Raw } from '../simulation/raw.ts';
import { Cluster, type ClusterState } from './cluster.ts';
import { describe, type Fault, type WriteFault, writeFaults } from './fault.ts';
import { play } from './play.ts';
import { type Moment, momentBefore, type Recording, startOf, textOf } from './recording.ts';
import { contentsOf, stateOf } from './state.ts';

export interface Counts {
  crashes: number;
  failedWrites: number;
  oldLists: number;
  staleCaches: number;
  hiddenEvents: number;
  leaderChanges: number;
}

export interface Failure {
  readonly fault: string;
  readonly message: string;
}

export interface Result {
  /** The number of faults of each kind. */
  readonly counts: Counts;
  readonly failures: readonly Failure[];
}

/** @param isOwn whether the faults at a write, or after an event, of this number are played */
export async function explore(recorded: Recording, isOwn: (point: number) => boolean): Promise<Result> {
  const { story, writes, events } = recorded;
  const explorer = new Explorer(recorded);
  for (let at = 1; at <= writes; at++) {
    if (!isOwn(at)) continue;
    await explorer.failWrite(at);
    await explorer.listOldObjects(at);
    if (story.hasStandby) await explorer.changeLeader(at);
  }
  for (const [type, count] of events) {
    for (let from = 0; from < count; from++) if (isOwn(from)) await explorer.delay(type, from, count);
  }
  return explorer;
}

class Explorer implements Result {
  readonly counts: Counts = {
    crashes: 0,
    failedWrites: 0,
    oldLists: 0,
    staleCaches: 0,
    hiddenEvents: 0,
    leaderChanges: 0,
  };
  readonly failures: Failure[] = [];
  readonly #recorded: Recording;

  constructor(recorded: Recording) {
    this.#recorded = recorded;
  }

  async failWrite(at: number): Promise<void> {
    for (const how of Object.keys(writeFaults) as WriteFault[]) {
      if (how.startsWith('crash')) this.counts.crashes++;
      else this.counts.failedWrites++;
      await this.#play({ kind: 'write', at, how });
    }
  }

  async listOldObjects(at: number): Promise<void> {
    const known = new Set<string>();
    const { changes } = momentBefore(this.#recorded, ({ writes }) => writes < at).state;
    for (let behind = 1; behind <= changes.length; behind++) {
      this.counts.oldLists++;
      await this.#play({ kind: 'old lists', at, behind }, known);
    }
  }

  /** A late write is late by every number of steps until the new leader has nothing more to do. */
  async changeLeader(at: number): Promise<void> {
    for (const how of ['stopped', 'late'] as const) {
      for (let steps = 0; ; steps++) {
        this.counts.leaderChanges++;
        const cluster = await this.#play({ kind: 'leader change', at, how, steps });
        if (cluster === null || cluster.wasLateBy < steps) break;
      }
    }
  }

  /** A cache that has caught up for want of events is not stale by more of them: those faults need no play. */
  async delay(type: string, from: number, count: number): Promise<void> {
    this.counts.hiddenEvents++;
    await this.#play({ kind: 'hidden', type, from });
    let most = Number.POSITIVE_INFINITY;
    for (let events = 1; events <= count - from; events++) {
      this.counts.staleCaches++;
      if (events > most) continue;
      const cluster = await this.#play({ kind: 'stale', type, from, events });
      if (cluster !== null && cluster.wasStaleBy <= events) most = cluster.wasStaleBy;
    }
  }

  async #play(fault: Fault, known: Set<string> = new Set()): Promise<Cluster | null> {
    try {
      return await disturb(this.#recorded, fault, known);
    } catch (error) {
      const { message } = error as Error;
      this.failures.push({ fault: describe(fault), message });
      return null;
    }
  }
}

/** @param known what followed a decision from old lists in earlier plays that came to a good end */
async function disturb(recorded: Recording, fault: Fault, known: Set<string>): Promise<Cluster> {
  const { story, byText, end } = recorded;
  const { state, place } = startOf(recorded, fault);
  let decided: string | null = null;
  const cluster = new Cluster(state, fault, cluster => {
    decided = JSON.stringify([stateOf(cluster.store), cluster.counted, eventsOf(cluster.store.entries())]);
    return known.has(decided);
  });
  let rejoined: Moment | undefined;
  await play(story.acts, cluster, place, place => {
    if (!cluster.hasFailed || !cluster.isSettled) return false;
    rejoined = byText.get(textOf(place, cluster));
    return rejoined !== undefined;
  });
  if (cluster.isKnown) return cluster;
  assert.ok(cluster.hasFailed, 'the fault did not happen');
  const expected = rejoined?.state ?? end.state;
  if (rejoined === undefined) {
    // What a stale cache shows late is recorded late.
    const withTimes = 'at' in fault;
    assert.deepEqual(contentsOf(cluster.store, withTimes), contentsOf(end.store, withTimes));
  }
  assert.deepEqual(trailOf(cluster.state), trailOf(expected), 'what was done');
  const isCrash =
    fault.kind === 'old lists' ||
    fault.kind === 'leader change' ||
    (fault.kind === 'write' && fault.how.startsWith('crash'));
  assertOnce(cluster.counted, expected.counted, isCrash, 'transitions counted');
  const losesEvents =
    isCrash || (fault.kind === 'write' && recorded.verbs[fault.at - 1]?.endsWith(' Event') === true);
  const isSeenLate = fault.kind === 'stale' || fault.kind === 'hidden';
  const isExpected = (event: string) => !isSeenLate || !event.startsWith('StageRetrying ');
  const [actual, wanted] = [cluster.state, expected].map(({ store }) =>
    eventsOf(store.objects).filter(isExpected),
  );
  assertOnce(actual ?? [], wanted ?? [], losesEvents, 'Events');
  if (decided !== null) known.add(decided);
  return cluster;
}

function trailOf({ trail }: ClusterState): object {
  return Object.fromEntries([...trail.steps].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `reason object` of every Event, as often as it was counted. */
function eventsOf(objects: ReturnType<Cluster['store']['entries']>): string[] {
  return [...objects].flatMap(([, { type, object }]) => {
    if (type !== events) return [];
    const { reason, involvedObject, count } = object as Raw;
    return Array.from({ length: count }, () => `${reason} ${involvedObject.name}`);
  });
}

function assertOnce(
  actual: readonly string[],
  expected: readonly string[],
  mayLose: boolean,
  what: string,
): void {
  const left = [...expected];
  const more = actual.filter(item => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  assert.deepEqual(more, [], `${what}: too often`);
  if (!mayLose) assert.deepEqual(left, [], `${what}: missing`);
}
