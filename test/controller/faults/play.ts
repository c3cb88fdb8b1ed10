/** Plays the acts of a story. */
import { type Cluster, stepsPerRound } from './cluster.ts';
import type { Act } from './story.ts';

/** A place in a story: the act that has been taken last. */
export type Place = number;

const steps = 1600;
const retries = 8;

/**
 * @param from the act that has been taken already; -1 for none
 * @param onStep called before each step; true ends the play
 * @throws Error if an act does not lead to what must come of it
 */
export async function play(
  acts: readonly Act[],
  cluster: Cluster,
  from: Place = -1,
  onStep: (place: Place) => boolean = () => false,
): Promise<void> {
  if (from >= 0 && (await finish(acts, cluster, from, onStep))) return;
  for (let place = from + 1; place < acts.length; place++) {
    if (onStep(place - 1)) return;
    const { take, after = 1 } = acts[place] as Act;
    cluster.now += after * 1000;
    take(cluster);
    if (await finish(acts, cluster, place, onStep)) return;
  }
}

/** Plays until the act has come to its end; true if `onStep` ends the play. */
async function finish(
  acts: readonly Act[],
  cluster: Cluster,
  place: Place,
  onStep: (place: Place) => boolean,
): Promise<boolean> {
  const { until, name } = acts[place] as Act;
  const isLast = place === acts.length - 1;
  let retried = 0;
  let quiet = 0;
  for (let step = 0; step < steps; step++) {
    if (onStep(place)) return true;
    const before = cluster.store.version;
    await cluster.step();
    if (cluster.isKnown) return true;
    cluster.invariants.check();
    const [violation] = cluster.trail.violations;
    if (violation !== undefined) throw new Error(violation);
    quiet = cluster.store.version > before ? 0 : quiet + 1;
    if (quiet < stepsPerRound) continue;
    quiet = 0;
    const isDone = until(cluster);
    if (isDone && (await cluster.land())) continue;
    if (isDone && (!isLast || cluster.isSettled)) return false;
    if (cluster.release()) continue;
    const { isRetrying, requeueAt } = cluster.operator;
    if (isRetrying && retried++ < retries) continue;
    if (isDone) return false;
    if (requeueAt === null) break;
    cluster.now = Math.max(cluster.now, requeueAt) + 1;
  }
  throw new Error(`stuck after '${name}'`);
}
