/**
 * The state of a rollout. A rollout starts with a new version or a new pod template, and ends when all servers are
 * available or its deadline has passed. Scaling is not a rollout.
 */
import type { Champion, ModelStatus } from '../../../api/model.ts';
import type { DeploymentResource, PodResource } from '../../observation.ts';
import { formatTime, parseTime } from '../../time.ts';
import { serverCause } from './cause.ts';
import { type Change, type Desired, isComplete, lags } from './change.ts';

export type Rollout = NonNullable<ModelStatus['rollout']>;
export type Serving = NonNullable<ModelStatus['serving']>;

export interface RolloutInput {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The Model's. */
  readonly generation: number;
  readonly deadlineSeconds: number;
  /** The stored state. */
  readonly before: Rollout | undefined;
  /** The version that was last rolled out completely. */
  readonly serving: Serving | undefined;
  readonly target: Champion;
  readonly desired: Desired;
  readonly change: Change;
  readonly deployment: DeploymentResource | null;
  readonly pods: readonly PodResource[];
}

export interface RolloutStep {
  readonly rollout: Rollout | undefined;
  /** The change of state in this step; null when there is none. */
  readonly transition: 'Started' | 'Completed' | 'Failed' | null;
}

/** The rollout's new state. */
export function nextRollout(input: RolloutInput): RolloutStep {
  const { now, before, target, generation } = input;
  if (before === undefined || startsRollout(input, before)) {
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
  return continueRollout(input, before);
}

/** Whether the change leads to new pods in place of the existing ones. */
export function replacesPods(change: Change): boolean {
  return change === 'Create' || change === 'NewVersion' || change === 'Updating';
}

/** Whether servers of an older template are still to be replaced, as the Deployment's status shows. */
function isReplacingPods(deployment: DeploymentResource | null): boolean {
  if (deployment === null || deployment.deleting || lags(deployment)) return false;
  return deployment.replicas > deployment.updatedReplicas;
}

/** True while the last good version replaces one whose rollout failed. */
function isRollback(before: Rollout, serving: Serving | undefined, version: string): boolean {
  return before.state === 'Failed' && before.version !== version && serving?.version === version;
}

/** The deadline of a rollout in progress, in milliseconds since the epoch; null without one, or with no replicas. */
export function deadlineOf(
  rollout: Rollout | undefined,
  { deadlineSeconds, desired }: Pick<RolloutInput, 'deadlineSeconds' | 'desired'>,
): number | null {
  if (rollout?.state !== 'Progressing' || desired.replicas === 0) return null;
  return parseTime(rollout.startedAt) + deadlineSeconds * 1000;
}

function startsRollout(
  { change, target, generation, serving, deployment }: RolloutInput,
  before: Rollout,
): boolean {
  const rollback = isRollback(before, serving, target.version);
  // The Deployment may have been changed by an attempt whose status could not be written.
  const wasInterrupted = change === 'None' && before.state === 'Complete' && isReplacingPods(deployment);
  if (!replacesPods(change) && !wasInterrupted) {
    return before.version !== target.version && !rollback;
  }
  // The failed state is kept while the Deployment is rolled back.
  if (rollback && deployment?.version === before.version) return false;
  // A repeated attempt with the same spec, as after a refused action, must not restart the deadline.
  const tried = before.version === target.version && before.observedGeneration === generation;
  return !tried || before.state === 'Complete';
}

function continueRollout(input: RolloutInput, before: Rollout): RolloutStep {
  const { now, desired, change, deployment } = input;
  // With zero replicas, nothing can become ready, and the deadline does not count.
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
 * Past the deadline, a rollout has failed if no server of the version is ready, or if the Deployment reports
 * ProgressDeadlineExceeded. The latter allows a rollout of many servers to take longer, because the Deployment's own
 * deadline restarts with each server that becomes ready. Before the deadline that condition is ignored: it is left from
 * an earlier rollout.
 */
function isOverdue(input: RolloutInput, before: Rollout): boolean {
  const { now, target, deployment, pods } = input;
  const deadline = deadlineOf(before, input);
  if (deadline === null || now < deadline) return false;
  if (deployment?.progressing?.reason === 'ProgressDeadlineExceeded') return true;
  return !pods.some(pod => pod.version === target.version && pod.ready && !pod.deleting);
}

/** Adds a cause that became known only after the deadline, if the message has none. */
function withLateCause(input: RolloutInput, failed: Rollout): Rollout {
  if (failed.message !== failureMessage({ ...input, pods: [], deployment: null })) return failed;
  return { ...failed, message: failureMessage(input) };
}

function failureMessage({ deadlineSeconds, target, pods, deployment }: RolloutInput): string {
  const cause = serverCause(
    pods.filter(pod => pod.version === target.version),
    deployment,
  );
  const because = cause === null ? 'no server reported a cause' : `a server ${cause.message}`;
  return `Not all servers of version ${target.version} were ready after ${deadlineSeconds} s: ${because}.`.slice(
    0,
    4096,
  );
}
