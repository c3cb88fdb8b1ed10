/** Reads the pods of stages and servers. */
import { labels } from '../../api/group.ts';
import type { RawObject } from '../../kubernetes/resource.ts';
import type {
  Raw,
  V1ContainerStateTerminated,
  V1ContainerStateWaiting,
  V1Pod,
  V1PodStatus,
} from '../../kubernetes/types.ts';
import type { ContainerEnd, PodResource } from '../observation.ts';
import { serverContainer, serverEnvironment } from '../render/deployment.ts';
import { stageContainer } from '../render/stage-job.ts';
import { conditionOf, controllerOf, labelOf, readMetadata, readTime, stageOf } from './metadata.ts';

const containers: readonly string[] = [stageContainer, serverContainer];
const phases = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/**
 * Null for a pod that has no controller.
 * @param previous the last result for the same pod.
 * @param now milliseconds since the epoch.
 */
export function readPod(
  raw: RawObject<V1Pod>,
  previous: PodResource | null,
  now: number,
): PodResource | null {
  const model = labelOf(raw, labels.model);
  const ownerUid = controllerOf(raw);
  if (model === null || ownerUid === null) return null;
  const { status = {} } = raw;
  // Pods of stages and servers have one container; a service mesh may have injected others.
  const container = status.containerStatuses?.find(({ name }) => containers.includes(name ?? ''));
  const terminated = readTerminated(container?.state?.terminated);
  const metadata = readMetadata(raw);
  const endSeenAt = previous?.uid === metadata.uid ? previous.endSeenAt : null;
  return {
    ...metadata,
    model,
    run: labelOf(raw, labels.run),
    stage: stageOf(raw),
    ownerUid,
    version: readVersion(raw),
    phase: phases.find(phase => phase === status.phase) ?? 'Unknown',
    unschedulable: readUnschedulable(status),
    disrupted: readDisrupted(status),
    failure: readFailure(status),
    ready: conditionOf(status.conditions, 'Ready')?.status === 'True',
    waiting: readWaiting(container?.state?.waiting),
    running: container?.state?.running !== undefined,
    terminated,
    lastTerminated: readTerminated(container?.lastState?.terminated),
    restarts: container?.restartCount ?? 0,
    endSeenAt: terminated === null ? null : (endSeenAt ?? now),
  };
}

/**
 * The version that the environment of a server's container sets, since that is what it loads; the label if it sets none.
 */
function readVersion(raw: RawObject<V1Pod>): string | null {
  const label = labelOf(raw, labels.version);
  const server = raw.spec?.containers?.find(({ name }) => name === serverContainer);
  if (label === null || server === undefined) return label;
  const value = (name: string) => server.env?.find(variable => variable.name === name)?.value;
  return (
    value(serverEnvironment.expectedVersion) ?? value(serverEnvironment.folder)?.split('/').at(-1) ?? label
  );
}

function readUnschedulable({ conditions }: Raw<V1PodStatus>): string | null {
  const scheduled = conditionOf(conditions, 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
    ? (scheduled.message ?? '')
    : null;
}

/**
 * The disruptions that the Job's podFailurePolicy ignores. An eviction for the pod's own disk usage is not one of them.
 */
function readDisrupted({ conditions }: Raw<V1PodStatus>): string | null {
  const target = conditionOf(conditions, 'DisruptionTarget');
  return target?.status === 'True' ? (target.message ?? target.reason ?? '') : null;
}

function readFailure({ phase, reason, message = '' }: Raw<V1PodStatus>): PodResource['failure'] {
  return phase === 'Failed' && reason !== undefined ? { reason, message } : null;
}

function readWaiting(waiting: Raw<V1ContainerStateWaiting> | undefined): PodResource['waiting'] {
  const { reason, message = '' } = waiting ?? {};
  return reason === undefined ? null : { reason, message };
}

function readTerminated(terminated: Raw<V1ContainerStateTerminated> | undefined): ContainerEnd | null {
  const { exitCode, reason = '', message = '', startedAt, finishedAt } = terminated ?? {};
  if (exitCode === undefined) return null;
  return { exitCode, reason, message, startedAt: readTime(startedAt), finishedAt: readTime(finishedAt) };
}
