/** Pods of stages and servers as decisions see them. */
import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { ContainerEnd, PodResource } from '../observation.ts';
import { serverContainer } from '../render/deployment.ts';
import { stageContainer } from '../render/stage-job.ts';
import { named, object, objects, text, time, whole } from './json.ts';
import { controllerOf, labelOf, readMetadata } from './metadata.ts';
import { readStage } from './stage.ts';

const phases = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/**
 * Null for a pod that nothing controls.
 * @param previous what was read of the same pod before.
 * @param now milliseconds since the epoch.
 */
export function readPod(
  raw: KubernetesObject,
  previous: PodResource | null,
  now: number,
): PodResource | null {
  const model = labelOf(raw, labels.model);
  const ownerUid = controllerOf(raw);
  if (model === null || ownerUid === null) return null;
  const status = object(raw.status);
  // Pods of stages and servers have one container; a service mesh may have added its own after it.
  const container = objects(status.containerStatuses).find(isOurs) ?? {};
  const state = object(container.state);
  const terminated = readEnd(state.terminated);
  const metadata = readMetadata(raw);
  const before = previous?.uid === metadata.uid ? previous.endSeenAt : null;
  return {
    ...metadata,
    model,
    run: labelOf(raw, labels.run),
    stage: readStage(raw),
    ownerUid,
    version: labelOf(raw, labels.version),
    phase: phases.find(phase => phase === status.phase) ?? 'Unknown',
    unschedulable: readUnschedulable(status.conditions),
    disrupted: readDisrupted(status),
    failure: readFailure(status),
    ready: named(status.conditions, 'type', 'Ready')?.status === 'True',
    waiting: readWaiting(state.waiting),
    running: state.running !== undefined,
    terminated,
    lastTerminated: readEnd(object(container.lastState).terminated),
    restarts: whole(container.restartCount),
    endSeenAt: terminated === null ? null : (before ?? now),
  };
}

function isOurs({ name }: Readonly<Record<string, unknown>>): boolean {
  return name === stageContainer || name === serverContainer;
}

function readUnschedulable(conditions: unknown): string | null {
  const scheduled = named(conditions, 'type', 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
    ? (text(scheduled.message) ?? '')
    : null;
}

/**
 * Exactly what the Job's podFailurePolicy passes over: an eviction for the pod's own use of its disk is not among it.
 */
function readDisrupted({ conditions }: Readonly<Record<string, unknown>>): string | null {
  const target = named(conditions, 'type', 'DisruptionTarget');
  return target?.status === 'True' ? (text(target.message) ?? text(target.reason) ?? '') : null;
}

function readFailure({ phase, reason, message }: Readonly<Record<string, unknown>>): PodResource['failure'] {
  if (phase !== 'Failed' || typeof reason !== 'string') return null;
  return { reason, message: text(message) ?? '' };
}

function readWaiting(waiting: unknown): PodResource['waiting'] {
  const { reason, message } = object(waiting);
  return typeof reason === 'string' ? { reason, message: text(message) ?? '' } : null;
}

function readEnd(terminated: unknown): ContainerEnd | null {
  const { exitCode, reason, message, startedAt, finishedAt } = object(terminated);
  if (typeof exitCode !== 'number') return null;
  return {
    exitCode,
    reason: text(reason) ?? '',
    message: text(message) ?? '',
    startedAt: time(startedAt),
    finishedAt: time(finishedAt),
  };
}
