/** The kubelet's part in the pods of stages: it starts, blocks and ends them, with termination messages. */
import { labels } from '../../../../src/api/group.ts';
import { pods } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { aScore } from '../../decide/scoring/builders.ts';
import { isDeleting, isLive, namespace, type Raw, stageOf } from '../raw.ts';
import { figures, type Quality } from './figures.ts';

/** The finalizer that keeps a deleted pod until its container has ended. */
export const running = 'kubelet';

/** The annotation of an Evaluate pod with the champion that it compares with. */
export const comparedWith = 'champion';

export const permanent: readonly number[] = [64, 65, 66];

export type PodEnd =
  | { readonly exitCode: 0; readonly report: 'right' | 'missing' | 'garbled'; readonly quality: Quality }
  | { readonly exitCode: 1 | 64 | 65 | 66 | 75 | 137 }
  /** Drained, or evicted for its disk usage. Only the latter counts as an attempt. */
  | { readonly exitCode: 143; readonly cause: 'Disrupted' | 'Evicted' }
  /** Failed before its container started. */
  | { readonly exitCode: null };

export const right: PodEnd = { exitCode: 0, report: 'right', quality: 'good' };

export class StagePods {
  readonly #store: ObjectStore;
  readonly #now: () => number;

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  list(): Raw[] {
    return this.#store.list(pods, namespace);
  }

  /** The pods that have not ended. */
  live(): Raw[] {
    return this.list().filter(isLive);
  }

  start(pod: Raw): void {
    if (isDeleting(pod)) return;
    this.#status(pod, {
      phase: 'Running',
      containerStatuses: [{ name: 'stage', state: { running: {} } }],
    });
  }

  /** The pod waits for its image or its node. The message may change while it waits. */
  block(pod: Raw, why: 'image' | 'node', message: string): void {
    if (pod.status.phase !== 'Pending') return;
    const waiting = { reason: 'ImagePullBackOff', message };
    const unplaced = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    this.#status(pod, {
      phase: 'Pending',
      ...(why === 'node' && { conditions: [unplaced] }),
      ...(why === 'image' && { containerStatuses: [{ name: 'stage', state: { waiting } }] }),
    });
  }

  /** @returns the termination message. */
  end(pod: Raw, end: PodEnd): string {
    const terminated = end.exitCode === null ? null : this.#terminated(pod, end);
    const isDrained = end.exitCode === 143 && end.cause === 'Disrupted';
    this.#status(pod, {
      phase: end.exitCode === 0 ? 'Succeeded' : 'Failed',
      ...(isDrained && { conditions: [{ type: 'DisruptionTarget', status: 'True', message: 'drained' }] }),
      ...(end.exitCode === 143 && end.cause === 'Evicted' && { reason: 'Evicted', message: 'disk' }),
      ...(end.exitCode === null && { reason: 'OutOfcpu', message: 'no cpu' }),
      ...(terminated !== null && { containerStatuses: [{ name: 'stage', state: { terminated } }] }),
    });
    this.#release(pod);
    return terminated?.message ?? '';
  }

  /** Removes deleted pods whose containers have not started. */
  dropUnstarted(): void {
    for (const pod of this.live()) if (isDeleting(pod) && pod.status.phase === 'Pending') this.#release(pod);
  }

  #terminated(pod: Raw, end: Exclude<PodEnd, { exitCode: null }>) {
    const { exitCode } = end;
    const reasons: Record<number, string> = { 0: 'Completed', 137: 'OOMKilled' };
    const finishedAt = new Date(this.#now()).toISOString();
    return {
      exitCode,
      reason: reasons[exitCode] ?? 'Error',
      message: messageOf(pod, end),
      startedAt: finishedAt,
      finishedAt,
    };
  }

  #status(pod: Raw, status: unknown): void {
    this.#store.update(pods, namespace, pod.metadata.name, draft => {
      draft.status = status;
    });
  }

  #release({ metadata: { name } }: Raw): void {
    this.#store.update(pods, namespace, name, draft => {
      draft.metadata.finalizers = [];
    });
  }
}

function messageOf(pod: Raw, end: Exclude<PodEnd, { exitCode: null }>): string {
  const stage = stageOf(pod);
  if (end.exitCode !== 0) {
    const isKnown = end.exitCode === 75 || permanent.includes(end.exitCode);
    const kind = permanent.includes(end.exitCode) ? 'Permanent' : 'Transient';
    return isKnown
      ? JSON.stringify({ stage, state: 'Failed', kind, reason: 'NoData', message: 'no bars' })
      : 'log';
  }
  if (pod.metadata.labels?.[labels.stage] === 'score') return JSON.stringify(scoreReport);
  if (end.report !== 'right') return end.report === 'missing' ? '' : '{"stage":"Fe';
  const digest = 'a'.repeat(64);
  const isLast = stage === 'Evaluate';
  return JSON.stringify({
    stage,
    state: 'Succeeded',
    inputDigest: digest,
    outputDigest: digest,
    metrics: isLast ? figures(end.quality, pod.metadata.annotations[comparedWith] ?? null) : {},
    ...(isLast && { version: versionOf(pod) }),
  });
}

/** Of a Score Job: the same figures each time. */
const scoreReport = { stage: 'Score', state: 'Succeeded', live: aScore() };

/** Every pod creates a different version. */
function versionOf({ metadata }: Raw): string {
  return metadata.uid.slice(-12);
}
