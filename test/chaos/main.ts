/**
 * Injects faults into several namespaces at once while their Models train, promote, roll back and serve, and checks after
 * each fault that everything is as it must be:
 *
 *     CHAOS_SEED=1 CHAOS_FAULTS=500 CHAOS_MINUTES=50 CHAOS_LANES=5 node test/chaos/main.ts
 *
 * Needs the images of `make e2e` in the cluster of $KUBECONFIG. commands.ts has the variables with which it breaks the
 * cluster's own components. With CHAOS_REPORT=true it writes the section `chaos` of docs/reliability.md. Ends with mocha's
 * `N passing` and `N failing`; the exit code is 1 after a violation, or if fewer faults than CHAOS_FAULTS fell in time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/models/random.ts';
import { buildBundle } from './bundle.ts';
import { connectionFaults } from './faults/api.ts';
import { type ComponentFault, componentFaults } from './faults/components.ts';
import { type Fault, NothingToBreak } from './faults/fault.ts';
import { operatorFaults } from './faults/operator.ts';
import { serverFaults } from './faults/servers.ts';
import { stageFaults } from './faults/stages.ts';
import { volumeFaults } from './faults/volume.ts';
import { yahooFaults } from './faults/yahoo.ts';
import type { Probe } from './image/observer.ts';
import { createLane, type Lane } from './lane.ts';
import { violationsAfterFault, violationsAfterStep } from './oracle.ts';
import { shuffledForEver } from './plan.ts';
import { chaosReport, type Outcome } from './report.ts';
import { writeSection } from './section.ts';
import { steps } from './steps.ts';

const seed = Number(process.env.CHAOS_SEED ?? process.env.E2E_SEED ?? 20_261_201);
const wanted = Number(process.env.CHAOS_FAULTS ?? 500);
const minutes = Number(process.env.CHAOS_MINUTES ?? 50);
const laneCount = Number(process.env.CHAOS_LANES ?? 5);
/** Faults during one step of a lane's story. */
const faultsPerStep = 5;
/** Between faults of the cluster's components. */
const componentPauseSeconds = Number(process.env.CHAOS_COMPONENT_PAUSE_SECONDS ?? 15);

const laneFaults: readonly Fault[] = [
  ...operatorFaults,
  ...connectionFaults,
  ...stageFaults,
  ...serverFaults,
  ...volumeFaults,
  ...yahooFaults,
].filter(({ name }) => new RegExp(process.env.CHAOS_ONLY ?? '').test(name));
const kinds = [...laneFaults, ...componentFaults];

const begin = Date.now();
const secondsNow = () => Math.round((Date.now() - begin) / 1000);
const log = (text: string) => console.log(`${String(secondsNow()).padStart(5)} s  ${text}`);
const outcomes: Outcome[] = [];
const completed: Record<string, number> = {};
let stopping = false;
let lanesMissing = 0;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping = true;
  });
}
const isOver = () => stopping || outcomes.length >= wanted || secondsNow() > minutes * 60;

interface Pending {
  readonly fault: string;
  readonly second: number;
  readonly violations: string[];
}

/** Returns null if there was nothing to break. */
async function injected(lane: Lane, fault: Fault): Promise<Pending | null> {
  const second = secondsNow();
  log(`${lane.name}: ${fault.name}`);
  try {
    const found = (await fault.inject(lane)) ?? [];
    const violations = [...found, ...(await violationsAfterFault(lane))];
    if (violations.length > 0) log(`${lane.name}: ${fault.name}: VIOLATION ${violations.join('; ')}`);
    return { fault: fault.name, second, violations };
  } catch (error) {
    if (error instanceof NothingToBreak) return null;
    const message = error instanceof Error ? error.message : String(error);
    log(`${lane.name}: ${fault.name}: FAILED ${message}`);
    return { fault: fault.name, second, violations: [message] };
  }
}

/** One step of the story with its faults. A violation after the step concerns all of them. */
async function stepWithFaults(lane: Lane, name: string, faults: Iterator<Fault, never>): Promise<void> {
  lane.volumeBroken = false;
  const step = steps[name];
  if (step === undefined) return;
  const stepped = step(lane).catch((error: Error) => [error.message]);
  const pending: Pending[] = [];
  for (let count = 0; count < faultsPerStep && !isOver(); count++) {
    await sleep(lane.random.uniform() * 3000);
    const result = await injected(lane, faults.next().value);
    if (result !== null) pending.push(result);
  }
  const unexpected = await stepped;
  const violations = [...(lane.volumeBroken ? [] : unexpected), ...(await violationsAfterStep(lane))];
  completed[name] = (completed[name] ?? 0) + 1;
  if (violations.length > 0) {
    log(`${lane.name}: VIOLATION after ${name}: ${violations.join('; ')}`);
    for (const operator of lane.operators) log(`${lane.name}: ${operator.identity}\n${operator.log()}`);
  }
  for (const { fault, second, violations: own } of pending) {
    outcomes.push({ fault, lane: lane.name, second, violations: [...own, ...violations] });
  }
  log(`${lane.name}: ${name} done; ${outcomes.length} faults`);
}

async function runLane(lane: Lane): Promise<void> {
  const available = laneFaults.filter(({ unavailable }) => !unavailable);
  const faults = shuffledForEver(available, lane.random);
  const names = Object.keys(steps);
  for (let count = 0; !isOver(); count++)
    await stepWithFaults(lane, names[count % names.length] ?? '', faults);
}

async function runComponents(lanes: readonly Lane[]): Promise<void> {
  const available = componentFaults.filter(({ unavailable }) => !unavailable);
  if (available.length === 0) return;
  const random = new Random(seed, 1);
  const faults: Iterator<ComponentFault, never> = shuffledForEver(available, random);
  while (!isOver()) {
    await sleep(componentPauseSeconds * 1000 * (0.5 + random.uniform()));
    const fault = faults.next().value;
    const second = secondsNow();
    log(`cluster: ${fault.name}`);
    const own = await fault.inject(lanes).catch((error: Error) => [error.message]);
    const found = await Promise.all(lanes.map(violationsAfterFault));
    const violations = [...(own ?? []), ...found.flat()];
    if (violations.length > 0) log(`cluster: ${fault.name}: VIOLATION ${violations.join('; ')}`);
    outcomes.push({ fault: fault.name, lane: 'all', second, violations });
  }
}

async function predictionsOf(lane: Lane): Promise<number> {
  const probes = await lane.observe<Record<string, Probe>>('/probes').catch(() => ({}));
  return Object.values(probes).reduce((sum, { answered }) => sum + answered, 0);
}

const bundle = await buildBundle();
const lanes: Lane[] = [];
try {
  log(`CHAOS_SEED=${seed}: ${wanted} faults in at most ${minutes} minutes in ${laneCount} namespaces`);
  for (const { name, unavailable } of kinds) if (unavailable) log(`NOT RUN: ${name}: ${unavailable}`);
  const created = Array.from({ length: laneCount }, async (_, index) => {
    const name = `${index + 1}`;
    const lane = await createLane(name, bundle.program, new Random(seed, 10 + index)).catch(
      (error: Error) => {
        log(`NO LANE ${name}: ${error.message}`);
        lanesMissing++;
        return null;
      },
    );
    if (lane === null) return;
    lanes.push(lane);
    log(`lane ${lane.name} is ready: ${lane.namespace}`);
    await runLane(lane);
  });
  const ready = async () => {
    while (lanes.length + lanesMissing < laneCount && !isOver()) await sleep(500);
    await runComponents(lanes);
  };
  await Promise.all([...created, ready()]);
  const predictions = (await Promise.all(lanes.map(predictionsOf))).reduce((sum, count) => sum + count, 0);
  const report = chaosReport({
    seed,
    lanes: laneCount,
    minutes: secondsNow() / 60,
    date: new Date(begin).toISOString().slice(0, 10),
    kinds,
    outcomes,
    steps: completed,
    predictions,
  });
  console.log(report);
  if (process.env.CHAOS_REPORT === 'true') await writeSection('chaos', report);
} finally {
  await Promise.all(lanes.map(lane => lane.remove().catch((error: Error) => log(error.message))));
  await bundle.remove();
}
const violated = outcomes.filter(({ violations }) => violations.length > 0).length;
const tooFew = outcomes.length < wanted && !stopping;
if (tooFew) console.log(`only ${outcomes.length} of ${wanted} faults fell in ${minutes} minutes`);
const failing = violated + lanesMissing + (tooFew ? 1 : 0);
console.log(`  ${outcomes.length - violated} passing\n  ${failing} failing`);
process.exit(failing > 0 ? 1 : 0);
