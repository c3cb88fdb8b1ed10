/** The condition Ready: True only while at least one server answers. */
import type { Condition } from '../../../api/conditions.ts';
import { causeOf } from './cause.ts';
import { lags } from './change.ts';
import { reasons } from './reasons.ts';
import { refusalVerdict, stillRefused } from './refused.ts';
import type { Situation, Verdict } from './situation.ts';

const no = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

/** @param before the condition as it was last written */
export function readyVerdict(situation: Situation, before: Condition | undefined): Verdict {
  return blocked(situation, before) ?? availability(situation, before);
}

/** What keeps anything from answering, whatever the servers do. */
function blocked(situation: Situation, before: Condition | undefined): Verdict | null {
  const { target, deployment, replicas } = situation;
  const refused = refusalVerdict(situation, ['Deployment', 'Service']) ?? stillRefused(situation, before);
  // Servers that are there go on answering, whatever cannot be changed about them.
  if (refused !== null && (deployment === null || refused.reason === reasons.nameTaken)) return refused;
  if (target === null) return no(reasons.noChampion, 'No run has been promoted yet.');
  if (replicas === 0) {
    return no(reasons.scaledToZero, 'No server is wanted: spec.serving.replicas is 0.');
  }
  return null;
}

function availability(situation: Situation, before: Condition | undefined): Verdict {
  const { deployment, rollout } = situation;
  const available = deployment?.availableReplicas ?? 0;
  // Figures of an older spec say nothing new.
  if (deployment !== null && lags(deployment) && before?.status === 'True' && available > 0) {
    return { status: 'True', reason: before.reason, message: before.message };
  }
  if (available > 0) return answering(situation, available);
  if (rollout?.state === 'Failed')
    return no(reasons.rolloutFailed, withClaim(situation, rollout.message ?? ''));
  return unavailable(situation);
}

function answering(situation: Situation, available: number): Verdict {
  const { serving, target, replicas } = situation;
  const answers = serving ?? target;
  const who = answers === null ? 'The model' : `Version ${answers.version} of run ${answers.run}`;
  const few = replicas !== null && available < replicas;
  const cause = few ? causeOf(situation.input.pods) : null;
  const because = cause === null ? '' : `: a server ${cause.message}`;
  const share = few ? ` ${available} of ${replicas} servers are available${because}.` : '';
  return { status: 'True', reason: reasons.serving, message: `${who} answers.${share}` };
}

function unavailable(situation: Situation): Verdict {
  const cause = causeOf(situation.input.pods);
  if (cause === null) {
    return no(reasons.unavailable, withClaim(situation, 'No server is ready yet.'));
  }
  return no(cause.reason, withClaim(situation, `No server is available: a server ${cause.message}.`));
}

/** A claim may wait for its first pod, and pods for their claim: said only when there are pods. */
function withClaim({ input }: Situation, message: string): string {
  const { claim, pods } = input;
  if (claim === null || claim.phase === 'Bound' || claim.phase === '' || pods.length === 0) return message;
  return `${message} The PersistentVolumeClaim ${claim.name} is ${claim.phase}.`;
}
