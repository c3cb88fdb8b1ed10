/**
 * How far a version has come. A rollout begins with another version or another template, and ends when every server
 * is available, or when its time is up. Scaling is none.
 */
import type { Champion, ModelStatus } from '../../../api/model.ts';
import type { DeploymentResource, PodResource } from '../../observation.ts';
import { formatTime, parseTime } from '../../time.ts';
import { causeOf } from './cause.ts';
import { type Change, type Desired, isComplete } from './change.ts';

export type Rollout = NonNullable<ModelStatus['rollout']>;
export type Serving = NonNullable<ModelStatus['serving']>;

export interface RolloutInput {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of the Model. */
  readonly generation: number;
  readonly deadlineSeconds: number;
  readonly before: Rollout | undefined;
  readonly serving: Serving | undefined;
  readonly target: Champion;
  readonly desired: Desired;
  readonly change: Change;
  readonly deployment: DeploymentResource | null;
  readonly pods: readonly PodResource[];
}

export interface RolloutStep {
  readonly rollout: Rollout | undefined;
  /** What transition at this step; null: nothing. */
  readonly transition: 'Started' | 'Completed' | 'Failed' | null;
}

/** The rollout as it stands now. */
export function nextRollout(input: RolloutInput): RolloutStep {
  const { now, before, target, generation } = input;
  if (before === undefined || begins(input, before)) {
    const startedAt = formatTime(now);
    const { version } = target;
    return {
      rollout: { version, state: 'Progressing', startedAt, observedGeneration: generation },
      transition: 'Started',
    };
  }
  if (before.version !== target.version || before.state === 'Complete') {
    return { rollout: before, transition: null };
  }
  return proceed(input, before);
}

/** True while the last good version takes the place of one that failed. */
function goesBack(before: Rollout, serving: Serving | undefined, version: string): boolean {
  return before.state === 'Failed' && before.version !== version && serving?.version === version;
}

/** When a rollout under way is given up, in milliseconds since the epoch; null when nothing is to become ready. */
export function deadlineOf(
  rollout: Rollout | undefined,
  { deadlineSeconds, desired }: Pick<RolloutInput, 'deadlineSeconds' | 'desired'>,
): number | null {
  if (rollout?.state !== 'Progressing' || desired.replicas === 0) return null;
  return parseTime(rollout.startedAt) + deadlineSeconds * 1000;
}

function begins({ change, target, generation, serving, deployment }: RolloutInput, before: Rollout): boolean {
  const back = goesBack(before, serving, target.version);
  if (change === 'None' || change === 'Scaling') return before.version !== target.version && !back;
  // The failure stays on record while its Deployment is turned back.
  if (back && deployment?.version === before.version) return false;
  // Tried already with this very spec: an action that is refused again and again gains no time by it.
  const tried = before.version === target.version && before.observedGeneration === generation;
  return !tried || before.state === 'Complete';
}

function proceed(input: RolloutInput, before: Rollout): RolloutStep {
  const { now, desired, change, deployment } = input;
  // With no servers wanted nothing was shown, and no time passes.
  if (desired.replicas === 0) return { rollout: before, transition: null };
  if (change === 'None' && isComplete(deployment)) {
    const { message: _, ...rest } = before;
    return { rollout: { ...rest, state: 'Complete' }, transition: 'Completed' };
  }
  if (before.state === 'Failed') return { rollout: withLateCause(input, before), transition: null };
  if (change === 'Scaling' && deployment?.specReplicas === 0) {
    return { rollout: { ...before, startedAt: formatTime(now) }, transition: null };
  }
  if (!isOverdue(input, before)) return { rollout: before, transition: null };
  const message = failureMessage(input);
  return { rollout: { ...before, state: 'Failed', message }, transition: 'Failed' };
}

/**
 * The Deployment's own condition comes after our deadline if at all, for its clock starts with each step forward: one
 * seen before is left over from another rollout. Where some server of the version is ready, it decides, so that a
 * rollout of many servers may take its time.
 */
function isOverdue(input: RolloutInput, before: Rollout): boolean {
  const { now, target, deployment, pods } = input;
  const deadline = deadlineOf(before, input);
  if (deadline === null || now < deadline) return false;
  if (deployment?.progressing?.reason === 'ProgressDeadlineExceeded') return true;
  return !pods.some(pod => pod.version === target.version && pod.ready && !pod.deleting);
}

/** A server may say why only after its time was up: said once, where nothing was known. */
function withLateCause(input: RolloutInput, failed: Rollout): Rollout {
  if (failed.message !== failureMessage({ ...input, pods: [] })) return failed;
  return { ...failed, message: failureMessage(input) };
}

function failureMessage({ deadlineSeconds, target, pods }: RolloutInput): string {
  const cause = causeOf(pods.filter(pod => pod.version === target.version));
  const why = cause === null ? 'no server said why' : `a server ${cause.message}`;
  return `Not every server of version ${target.version} was ready after ${deadlineSeconds} s: ${why}.`.slice(
    0,
    4096,
  );
}
