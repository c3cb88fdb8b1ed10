/** The condition Ready: True while at least one server is available. */
import type { Condition } from '../../../api/conditions.ts';
import type { Verdict } from '../types.ts';
import { serverCause } from './cause.ts';
import { lags } from './change.ts';
import type { ConditionInput } from './condition-input.ts';
import { claimTerminating, reasons } from './reasons.ts';
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
  if (target === null) return no(reasons.noChampion, 'No run has been promoted yet.');
  if (replicas === 0) {
    return no(reasons.scaledToZero, 'Scaled to zero: spec.serving.replicas is 0.');
  }
  return null;
}

function availability(input: ConditionInput, before: Condition | undefined): Verdict {
  const { deployment, rollout } = input;
  const available = deployment?.availableReplicas ?? 0;
  // Figures that describe an older spec are not reported.
  if (deployment !== null && lags(deployment) && before?.status === 'True' && available > 0) {
    return { status: 'True', reason: before.reason, message: before.message };
  }
  if (available > 0) return availableVerdict(input, available);
  if (rollout?.state === 'Failed') return no(reasons.rolloutFailed, withClaim(input, rollout.message ?? ''));
  return unavailableVerdict(input);
}

function availableVerdict(input: ConditionInput, available: number): Verdict {
  const { serving, target, replicas } = input;
  const version = serving ?? target;
  const what = version === null ? 'The model' : `Version ${version.version} of run ${version.run}`;
  const isShort = replicas !== null && available < replicas;
  const cause = isShort ? serverCause(input.observed.pods, input.deployment) : null;
  const because = cause === null ? '' : `: a server ${cause.message}`;
  const share = isShort ? ` ${available} of ${replicas} servers are available${because}.` : '';
  const message = `${what} is available.${share}`;
  return { status: 'True', reason: reasons.serving, message: withTerminatingClaim(input, message) };
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
