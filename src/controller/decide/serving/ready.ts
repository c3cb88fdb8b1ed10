/** The condition Ready: True while at least one server is available. */
import type { Condition } from '../../../api/conditions.ts';
import type { Verdict } from '../types.ts';
import { describeLost } from './apply-child.ts';
import { serverCause } from './cause.ts';
import { isOfTemplate, lags } from './change.ts';
import type { ConditionInput } from './condition-input.ts';
import { claimTerminating, notAllowed, reasons } from './reasons.ts';
import { refusalVerdict, stillRefused } from './refusals.ts';

const no = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

/** @param before the stored condition */
export function readyVerdict(input: ConditionInput, before: Condition | undefined): Verdict {
  return obstacle(input, before) ?? availability(input, before);
}

/** Why no server can be available, whatever the state of the pods; null when nothing prevents it. */
function obstacle(input: ConditionInput, before: Condition | undefined): Verdict | null {
  const { target, deployment, replicas } = input;
  const refused = refusalVerdict(input, ['Deployment', 'Service']) ?? stillRefused(input, before);
  // Existing servers keep serving even if a change to them is refused.
  if (refused !== null && (deployment === null || refused.reason === reasons.nameTaken)) return refused;
  const { model } = input.observed;
  if (model.notAllowed && deployment === null) return no(reasons.notAllowed, notAllowed(model.problems));
  if (target === null) return no(reasons.noChampion, 'No run has been promoted yet.');
  if (replicas === 0) {
    return no(reasons.scaledToZero, 'Scaled to zero: spec.serving.replicas is 0.');
  }
  return null;
}

function availability(input: ConditionInput, before: Condition | undefined): Verdict {
  const { deployment, rollout } = input;
  const others = serversOfOtherVersions(input);
  const available = availableServers(input, others.length);
  // Figures that describe an older spec are not reported.
  if (deployment !== null && lags(deployment) && before?.status === 'True' && available > 0) {
    return { status: 'True', reason: before.reason, message: before.message };
  }
  if (available > 0) return availableVerdict(input, available);
  if (rollout?.state === 'Failed') return no(reasons.rolloutFailed, withClaim(input, rollout.message ?? ''));
  const [other] = others;
  if (other !== undefined) return no(reasons.otherVersion, otherVersionMessage(input, other.version));
  return unavailableVerdict(input);
}

/**
 * The Deployment counts the servers of all versions, and its status may be older than the pods: a server of another version
 * that has just become ready is not among those it counts.
 */
function availableServers({ observed, deployment, serving, target }: ConditionInput, others: number): number {
  const counted = deployment?.availableReplicas ?? 0;
  const own = observed.pods.filter(
    ({ ready, deleting, version }) =>
      ready && !deleting && version !== null && (version === serving?.version || version === target?.version),
  );
  return Math.max(0, counted - others, Math.min(counted, own.length));
}

/** Ready servers whose environment has neither the version that was last rolled out nor the one that should serve. */
function serversOfOtherVersions({ observed, serving, target }: ConditionInput) {
  return observed.pods.filter(
    ({ ready, deleting, version }) =>
      ready && !deleting && version !== serving?.version && version !== target?.version,
  );
}

function otherVersionMessage({ serving, target }: ConditionInput, other: string | null): string {
  const version = (serving ?? target)?.version;
  return `No server of version ${version} is available: the servers that are ready serve version ${other}.`;
}

function availableVerdict(input: ConditionInput, available: number): Verdict {
  const { replicas } = input;
  const isShort = replicas !== null && available < replicas;
  const cause = isShort ? serverCause(input.observed.pods, input.deployment) : null;
  const because = cause === null ? '' : `: a server ${cause.message}`;
  const share = isShort ? ` ${available} of ${replicas} servers are available${because}.` : '';
  const message = `${whatIsAvailable(input)}${share}`;
  return { status: 'True', reason: reasons.serving, message: withTerminatingClaim(input, message) };
}

/** Names the version only if the servers' template is the desired one. */
function whatIsAvailable(input: ConditionInput): string {
  const lost = input.lost.filter(isOfTemplate);
  if (lost.length > 0) {
    return `Servers are available, but others have changed the Deployment, which is being restored: ${describeLost(lost)}.`;
  }
  const version = answeringVersion(input);
  const what = version === null ? 'The model' : `Version ${version.version} of run ${version.run}`;
  return `${what} is available.`;
}

/** The version that a ready server has: the one that was last rolled out, otherwise the one that should serve. */
function answeringVersion({ observed, serving, target }: ConditionInput) {
  const candidates = [serving, target].filter(candidate => candidate !== null && candidate !== undefined);
  const answers = candidates.find(({ version }) =>
    observed.pods.some(pod => pod.ready && !pod.deleting && pod.version === version),
  );
  return answers ?? candidates[0] ?? null;
}

function unavailableVerdict(input: ConditionInput): Verdict {
  const cause = serverCause(input.observed.pods, input.deployment);
  if (cause === null) {
    return no(reasons.unavailable, withClaim(input, 'No server is ready yet.'));
  }
  return no(cause.reason, withClaim(input, `No server is available: a server ${cause.message}.`));
}

function withTerminatingClaim({ observed: { claim } }: ConditionInput, message: string): string {
  return claim?.deleting ? `${message} ${claimTerminating(claim.name)}` : message;
}

/** Adds an unbound claim, but only if there are pods: a claim may stay Pending until its first pod. */
function withClaim(input: ConditionInput, message: string): string {
  const { claim, pods } = input.observed;
  if (claim?.deleting) return withTerminatingClaim(input, message);
  if (claim === null || claim.phase === 'Bound' || claim.phase === '' || pods.length === 0) return message;
  return `${message} The PersistentVolumeClaim ${claim.name} is ${claim.phase}.`;
}
