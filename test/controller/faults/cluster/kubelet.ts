/** The kubelet: pods of stages start, run and end, one step at a time; servers start and become ready. */
import { labels } from '../../../../src/api/group.ts';
import { pods } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { type PodEnd, right, type StagePods } from '../../simulation/cluster/stage-pods.ts';
import { isDeleting, isLive, namespace, type Raw, runOf, stageOf } from '../../simulation/raw.ts';

/** How pods behave; a story changes it in between. */
export interface Behaviour {
  /** `run/stage` of the stages whose containers do not end. */
  readonly running: readonly string[];
  /** By `run/stage`: the ends of the attempts of a stage; the last one is repeated. Default: right. */
  readonly ends: Readonly<Record<string, readonly PodEnd[]>>;
  /** Whether servers that start become ready. */
  readonly serversStart: boolean;
}

export const usual: Behaviour = { running: [], ends: {}, serversStart: true };

/** The parts of the cluster that the kubelet uses. */
export interface Node {
  readonly store: ObjectStore;
  readonly pods: StagePods;
  readonly behaviour: Behaviour;
  endPod(pod: Raw, end: PodEnd): void;
}

/** Every pod takes its next step. */
export function stepPods(node: Node): void {
  for (const pod of node.store.list(pods, namespace) as Raw[]) {
    if (!isLive(pod)) continue;
    if (isServer(pod)) stepServer(node, pod);
    else stepStage(node, pod);
  }
}

export function isServer({ metadata }: Raw): boolean {
  return metadata.labels?.[labels.version] !== undefined;
}

export function isReady({ status }: Raw): boolean {
  return (status.conditions ?? []).some(
    (condition: Raw) => condition.type === 'Ready' && condition.status === 'True',
  );
}

function stepServer({ store, behaviour }: Node, pod: Raw): void {
  if (isReady(pod)) return;
  const isRunning = pod.status.phase === 'Running';
  if (isRunning && !behaviour.serversStart) return;
  store.update(pods, namespace, pod.metadata.name, draft => {
    draft.status = {
      phase: 'Running',
      ...(isRunning && { conditions: [{ type: 'Ready', status: 'True' }] }),
      containerStatuses: [{ name: 'server', state: { running: {} } }],
    };
  });
}

function stepStage(node: Node, pod: Raw): void {
  const stage = `${runOf(pod) ?? 'score'}/${stageOf(pod) ?? 'Score'}`;
  if (isDeleting(pod)) {
    if (pod.status.phase === 'Running') node.endPod(pod, { exitCode: 143, cause: 'Disrupted' });
    else node.pods.dropUnstarted();
  } else if (pod.status.phase === 'Pending') node.pods.start(pod);
  else if (!node.behaviour.running.includes(stage)) node.endPod(pod, endOf(node, pod, stage));
}

/** The number of the attempt is the last part of the pod's name. */
function endOf({ behaviour }: Node, { metadata }: Raw, stage: string): PodEnd {
  const ends = behaviour.ends[stage] ?? [];
  const attempt = Number(metadata.name.split('-').at(-1));
  return ends[Math.min(attempt, ends.length) - 1] ?? right;
}
