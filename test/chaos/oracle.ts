/** What must be true of a lane after each fault, and after each step of its story. Returns violations; an empty list is good. */
import { setTimeout as sleep } from 'node:timers/promises';
import { stageNames } from '../../src/api/artifacts.ts';
import type { Fields, Found } from '../../support/cluster/kubectl.ts';
import { conditionOf } from '../../support/cluster/wait.ts';
import { getRun, list } from './api.ts';
import type { FileStart, Probe } from './image/observer.ts';
import { type Lane, replicas, type ServedModel, servedModels } from './lane.ts';

/** Seconds within which everything must be true again after the end of a fault. */
export const settleSeconds = 90;

/**
 * Waits until operators and Models are as declared and answer. Failed requests count at once: no time makes them good.
 */
export async function violationsAfterFault(lane: Lane): Promise<readonly string[]> {
  return [
    ...(await settled(async () => [...(await operatorFaults(lane)), ...(await modelFaults(lane))])),
    ...(await requestFaults(lane)),
  ];
}

/** The same, and that everything that the story did was done once. Nothing may be in progress. */
export async function violationsAfterStep(lane: Lane): Promise<readonly string[]> {
  return [
    ...(await violationsAfterFault(lane)),
    ...(await settled(async () => [
      ...(await rolloutFaults(lane)),
      ...(await orphans(lane)),
      ...(await startFaults(lane)),
      ...(await historyFaults(lane)),
      ...(await artifactFaults(lane)),
    ])),
  ];
}

async function settled(check: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const deadline = Date.now() + settleSeconds * 1000;
  for (;;) {
    const found = await check().catch((error: Error) => [`the cluster does not answer: ${error.message}`]);
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(1500);
  }
}

/** Exactly one of the operators leads, and both are healthy. */
async function operatorFaults({ operators }: Lane): Promise<string[]> {
  const states = await Promise.all(operators.map(operator => operator.state()));
  const unhealthy = operators.filter((_, index) => states[index]?.healthy !== true);
  const leaders = states.filter(state => state?.leads === true).length;
  return [
    ...unhealthy.map(({ identity }) => `${identity} is not healthy`),
    ...(leaders === 1 ? [] : [`${leaders} operators lead`]),
  ];
}

/** Conditions, replicas and version of the status agree with the pods and with what answers. */
async function modelFaults(lane: Lane): Promise<string[]> {
  const { namespace } = lane;
  const [models, pods, probes] = await Promise.all([
    list(namespace, 'models'),
    list(namespace, 'pods', 'app.kubernetes.io/component=server'),
    lane.observe<Record<ServedModel, Probe>>('/probes'),
  ]);
  return servedModels.flatMap(name => {
    const found = models.find(({ metadata }) => metadata.name === name);
    const ready = pods.filter(pod => pod.metadata.labels?.['bellwether.dev/model'] === name && isReady(pod));
    return modelFault(name, found, ready.length, probes[name]);
  });
}

function modelFault(name: ServedModel, found: Found | undefined, ready: number, probe: Probe): string[] {
  const { champion, serving, readyReplicas, observedGeneration } = found?.status ?? {};
  const current = Date.now() - probe.lastAnswer < 5000;
  const isTrue = conditionOf(found ?? null, 'Ready')?.status === 'True';
  return [
    ...(isTrue ? [] : [`Model ${name}: ${conditionOf(found ?? null, 'Ready')?.message ?? 'not Ready'}`]),
    ...(observedGeneration === found?.metadata.generation
      ? []
      : [`Model ${name}: an older spec is observed`]),
    ...(ready >= replicas[name] ? [] : [`Model ${name}: ${ready} servers are ready`]),
    ...(readyReplicas === ready
      ? []
      : [`Model ${name}: status has ${readyReplicas} ready servers, not ${ready}`]),
    ...(current ? [] : [`Model ${name}: no prediction for 5 s`]),
    ...([champion?.version, serving?.version].includes(probe.version)
      ? []
      : [`Model ${name}: version ${probe.version} answers, status has ${serving?.version}`]),
  ];
}

function isReady({ metadata, status }: Found): boolean {
  return (
    metadata.deletionTimestamp === undefined && conditionOf({ status } as Found, 'Ready')?.status === 'True'
  );
}

/** No wrong answer at all, and no broken connection outside the allowances. Each is returned once. */
async function requestFaults(lane: Lane): Promise<string[]> {
  const probes = await lane.observe<Record<ServedModel, Probe>>('/probes').catch(() => null);
  if (probes === null) return ['the observer does not answer'];
  return servedModels.flatMap(name => {
    const since = lane.judgedUntil.get(name) ?? 0;
    const { wrong, broken } = probes[name];
    const fresh = [
      ...wrong.filter(({ time }) => time > since),
      ...broken.filter(({ time }) => time > since && !isAllowed(lane, name, time)),
    ];
    const last = Math.max(since, ...wrong.map(({ time }) => time), ...broken.map(({ time }) => time));
    lane.judgedUntil.set(name, last);
    const [first] = fresh;
    return first === undefined
      ? []
      : [
          `Model ${name}: ${fresh.length} requests failed, first at ${new Date(first.time).toISOString()}: ${first.cause}`,
        ];
  });
}

function isAllowed({ allowances }: Lane, name: ServedModel, time: number): boolean {
  return allowances.some(
    ({ model, from, to }) => (model === null || model === name) && time >= from && time <= to,
  );
}

/** Nothing is being rolled out, and the version that status names answers. */
async function rolloutFaults(lane: Lane): Promise<string[]> {
  const probes = await lane.observe<Record<ServedModel, Probe>>('/probes');
  const models = await list(lane.namespace, 'models');
  return servedModels.flatMap(name => {
    const found = models.find(({ metadata }) => metadata.name === name) ?? null;
    const { champion, serving } = found?.status ?? {};
    const done =
      conditionOf(found, 'Progressing')?.reason === 'Complete' && champion?.version === serving?.version;
    return done && probes[name].version === champion.version
      ? []
      : [`Model ${name}: ${conditionOf(found, 'Progressing')?.message}; ${probes[name].version} answers`];
  });
}

/** Every Job, pod, ReplicaSet, Deployment and Service has an owner that exists. */
async function orphans({ namespace }: Lane): Promise<string[]> {
  const kinds = ['trainingruns', 'models', 'jobs', 'replicasets', 'deployments', 'services', 'pods'] as const;
  // Owners last: they exist longer than what they own.
  const found: Found[] = [];
  for (const kind of kinds.toReversed()) found.push(...(await list(namespace, kind)));
  const existing = new Set(found.map(({ metadata }) => metadata.uid));
  return found
    .filter(({ metadata }) => metadata.labels?.['bellwether.dev/model'] !== undefined)
    .filter(({ kind }) => !['trainingruns', 'models'].includes(kind))
    .filter(({ metadata }) => !(metadata.ownerReferences ?? []).some(({ uid }) => existing.has(uid)))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} has no owner`);
}

/** Each stage of the runs of Models fake and side was started once, and once more for each pod that a fault ended. */
async function startFaults(lane: Lane): Promise<string[]> {
  const starts = await lane.observe<FileStart[]>('/starts');
  const counts = new Map<string, number>();
  for (const { run, stage } of starts) {
    const key = `${run}/${stage}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => {
    const allowed = 1 + (lane.ended.get(key) ?? 0);
    return count <= allowed ? [] : [`${key} was started ${count} times, not ${allowed}`];
  });
}

/** One entry of the history for each run that was judged; pinning adds another. */
async function historyFaults({ namespace }: Lane): Promise<string[]> {
  const models = await list(namespace, 'models');
  return models.flatMap(({ metadata, status }) => {
    const entries: Fields[] = (status?.history ?? []).filter(({ outcome }: Fields) => outcome !== 'Pinned');
    const runs = entries.map(({ run, runUid, outcome }) => `${run} (${runUid}): ${outcome}`);
    const twice = new Set(runs.filter((run, index) => runs.indexOf(run) !== index));
    return [...twice].map(run => `Model ${metadata.name}: the history has twice ${run}`);
  });
}

/** Published versions verify, and the record of scored forecasts only grows. */
async function artifactFaults(lane: Lane): Promise<string[]> {
  const [altered, track] = await Promise.all([
    lane.observe<string[]>('/altered', { model: 'real' }),
    lane.observe<string>('/track'),
  ]);
  const before = lane.track;
  // A writer may replace the first lines, which contain the date.
  const rows = (text: string) => text.trim().split('\n').slice(2);
  const kept = rows(before).every((row, index) => rows(track)[index] === row);
  lane.track = track;
  return [
    ...altered.map(file => `${file} is altered`),
    ...(before === '' || kept ? [] : ['lines of the track record have changed']),
  ];
}

/** Whether the run has the outcome that its step expects, and started no stage too often. */
export async function runFault(
  lane: Lane,
  run: string,
  expected: 'Complete' | 'Failed',
): Promise<readonly string[]> {
  const found = await getRun(lane.namespace, run);
  if (conditionOf(found, expected)?.status !== 'True') {
    const other = conditionOf(found, expected === 'Complete' ? 'Failed' : 'Complete');
    return [`run ${run} is not ${expected}: ${other?.message}`];
  }
  const states: Fields[] = found?.status?.stages ?? [];
  const complete = states.every(({ state }) => state === 'Succeeded') && states.length === stageNames.length;
  return expected === 'Failed' || complete ? [] : [`run ${run} is Complete without all stages`];
}
