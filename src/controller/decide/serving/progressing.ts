/** The condition Progressing: whether a rollout or scaling is in progress, and if not, why. */
import type { Condition } from '../../../api/conditions.ts';
import type { Verdict } from '../types.ts';
import { serverCause } from './cause.ts';
import { isComplete } from './change.ts';
import type { ConditionInput } from './condition-input.ts';
import { claimTerminating, notAllowed, reasons } from './reasons.ts';
import { refusalVerdict, stillRefused } from './refusals.ts';

const verdict =
  (status: Verdict['status']) =>
  (reason: string, message: string): Verdict => ({ status, reason, message });
const yes = verdict('True');
const no = verdict('False');

/** @param before the stored condition */
export function progressingVerdict(input: ConditionInput, before: Condition | undefined): Verdict {
  return obstacle(input, before) ?? progress(input, before);
}

/** Why nothing can progress until a person does something, in order of precedence; null when nothing prevents it. */
function obstacle(input: ConditionInput, before: Condition | undefined): Verdict | null {
  const { observed, rollout, target } = input;
  const { model, promotion } = observed;
  if (model.notAllowed) return no(reasons.notAllowed, notAllowed(model.problems));
  if (model.spec === null)
    return no(reasons.invalidSpec, `The spec is invalid: ${model.problems.join('; ')}`);
  const refused = refusalVerdict(input) ?? stillRefused(input, before);
  if (refused !== null) return refused;
  const { claim } = observed;
  if (claim?.deleting && target !== null) return no(reasons.claimTerminating, claimTerminating(claim.name));
  if (input.contention !== null) return no(reasons.contended, contentionMessage(input.contention));
  if (rollout?.state === 'Failed') return no(reasons.rolloutFailed, failureMessage(input));
  if (promotion.pinProblem !== null) return no(reasons.pinnedRunNotFound, promotion.pinProblem);
  return target === null
    ? no(reasons.noChampion, 'Nothing to roll out: no run has been promoted yet.')
    : null;
}

function contentionMessage({ kind, parties }: NonNullable<ConditionInput['contention']>): string {
  return (
    `The ${kind} is changed in turn by ${parties}. This operator waits longer before each further change, up to 5 minutes: ` +
    'let only one of them manage this Model.'
  );
}

function failureMessage({ rollout, target, serving }: ConditionInput): string {
  const cause = rollout?.message ?? '';
  if (target === null || rollout === undefined) return cause;
  if (rollout.version !== target.version) {
    return `${cause} Version ${target.version} of run ${target.run} is served instead.`;
  }
  const rest = serving?.version === target.version ? ' Servers with the previous spec keep serving.' : '';
  return `${cause}${rest} Change the spec to retry.`;
}

function progress(input: ConditionInput, before: Condition | undefined): Verdict {
  const { rollout, serving, target, replicas, deployment } = input;
  if (isScaling(input, before)) return yes(reasons.scaling, `Scaling to ${replicas} servers.`);
  if (replicas === 0 || deployment === null || rollout?.state !== 'Progressing') return steady(input);
  const cause = serverCause(
    input.observed.pods.filter(pod => pod.version === rollout.version),
    deployment,
  );
  const because = cause === null ? '' : ` A server ${cause.message}.`;
  const what = `version ${rollout.version} of run ${target?.run}`;
  return rollout.version === serving?.version
    ? yes(reasons.updating, `Replacing the servers of ${what} because the spec has changed.${because}`)
    : yes(reasons.newVersion, `Rolling out ${what}.${because}`);
}

/** Without servers to follow: scaled to zero, no Deployment yet, or the rollout is complete. */
function steady({ rollout, replicas, target }: ConditionInput): Verdict {
  if (replicas === 0) return no(reasons.scaledToZero, 'Scaled to zero: spec.serving.replicas is 0.');
  if (rollout?.state === 'Progressing') {
    return yes(reasons.newVersion, `Rolling out version ${rollout.version} of run ${target?.run}.`);
  }
  return no(reasons.complete, `All servers run version ${target?.version}.`);
}

/** True until all replicas are available; a server that fails afterwards is not scaling. */
function isScaling(
  { change, rollout, deployment, replicas }: ConditionInput,
  before: Condition | undefined,
): boolean {
  if (deployment === null || (rollout?.state === 'Progressing' && replicas !== 0)) return false;
  if (change === 'Scaling' || deployment.replicas !== deployment.specReplicas) return true;
  return before?.reason === reasons.scaling && !isComplete(deployment);
}
