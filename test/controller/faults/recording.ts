/** The undisturbed story, with every moment from which it can be played again. */
import assert from 'node:assert/strict';
import { Cluster, type ClusterState, stepsPerRound } from './cluster.ts';
import type { Fault } from './fault.ts';
import { type Place, play } from './play.ts';
import { stateOf } from './state.ts';
import type { Story } from './story.ts';

export interface Moment {
  readonly place: Place;
  readonly state: ClusterState;
}

export interface Recording {
  readonly story: Story;
  readonly moments: readonly Moment[];
  /** The moments by their text. */
  readonly byText: ReadonlyMap<string, Moment>;
  readonly end: Cluster;
  readonly writes: number;
  readonly verbs: readonly string[];
  /** The number of events of each type. */
  readonly events: ReadonlyMap<string, number>;
}

/** @throws Error if the story does not come to its end */
export async function record(story: Story): Promise<Recording> {
  const cluster = new Cluster();
  story.prepare?.(cluster);
  cluster.operator.start();
  if (story.given !== undefined) await play(story.given, cluster);
  cluster.begin();
  const moments: Moment[] = [];
  const byText = new Map<string, Moment>();
  await play(story.acts, cluster, -1, place => {
    if (!cluster.isSettled) return false;
    const moment = { place, state: cluster.state };
    moments.push(moment);
    byText.set(textOf(place, cluster), moment);
    return false;
  });
  story.end(cluster);
  const { writes } = cluster;
  const verbs = [...cluster.verbs];
  const seen = cluster.operator.views.map(({ type, seen }): [string, number] => [type.plural, seen]);
  await assertAtRest(cluster);
  return { story, moments, byText, end: cluster, writes, verbs, events: new Map(seen) };
}

/** A new process finds nothing to do. */
async function assertAtRest(cluster: Cluster): Promise<void> {
  const { writes } = cluster;
  cluster.restart();
  for (let step = 0; step < stepsPerRound; step++) await cluster.step();
  assert.equal(cluster.writes, writes, 'a new process finds nothing to write');
}

/** Equal for moments with the same future. */
export function textOf(place: Place, { store, now, next, operator }: Cluster): string {
  return `${place} ${next} ${now} ${operator.requeueAt} ${operator.isDirty}\n${stateOf(store)}`;
}

/** The last moment of that kind. */
export function momentBefore({ moments }: Recording, isBefore: (state: ClusterState) => boolean): Moment {
  const moment = moments.findLast(({ state }) => isBefore(state));
  if (moment === undefined) throw new Error('no moment before the fault');
  return moment;
}

/** The last moment before the fault. */
export function startOf(recorded: Recording, fault: Fault): Moment {
  if ('at' in fault) return momentBefore(recorded, ({ writes }) => writes < fault.at);
  const index = [...recorded.events.keys()].indexOf(fault.type);
  return momentBefore(recorded, ({ seen }) => (seen[index] ?? 0) <= fault.from);
}
