/** The condition Progressing: whether the servers are on the way to what the spec and the promotion say. */
import type { Condition } from '../../../api/conditions.ts';
import { causeOf } from './cause.ts';
import { isComplete } from './change.ts';
import { reasons } from './reasons.ts';
import { refusalVerdict, stillRefused } from './refused.ts';
import type { Situation, Verdict } from './situation.ts';

const verdict =
  (status: Verdict['status']) =>
  (reason: string, message: string): Verdict => ({ status, reason, message });
const yes = verdict('True');
const no = verdict('False');

/** @param before the condition as it was last written */
export function progressingVerdict(situation: Situation, before: Condition | undefined): Verdict {
  return stuck(situation, before) ?? movement(situation, before);
}

/** What waits for a person. */
function stuck(situation: Situation, before: Condition | undefined): Verdict | null {
  const { input, rollout, target } = situation;
  const { model, promotion } = input;
  if (model.spec === null)
    return no(reasons.invalidSpec, `The spec is unusable: ${model.problems.join('; ')}`);
  const refused = refusalVerdict(situation) ?? stillRefused(situation, before);
  if (refused !== null) return refused;
  if (rollout?.state === 'Failed') return no(reasons.rolloutFailed, failure(situation));
  if (promotion.pinProblem !== null) return no(reasons.pinnedRunNotFound, promotion.pinProblem);
  return target === null
    ? no(reasons.noChampion, 'Nothing to roll out: no run has been promoted yet.')
    : null;
}

function failure({ rollout, target, serving }: Situation): string {
  const why = rollout?.message ?? '';
  if (target === null || rollout === undefined) return why;
  if (rollout.version !== target.version) {
    return `${why} Version ${target.version} of run ${target.run} is served instead.`;
  }
  const rest = serving?.version === target.version ? ' Servers from before the change go on.' : '';
  return `${why}${rest} A change of the spec tries again.`;
}

function movement(situation: Situation, before: Condition | undefined): Verdict {
  const { rollout, serving, target, replicas, deployment } = situation;
  if (isScaling(situation, before)) return yes(reasons.scaling, `Scaling to ${replicas} servers.`);
  if (replicas === 0 || deployment === null || rollout?.state !== 'Progressing') return settled(situation);
  const cause = causeOf(situation.input.pods.filter(pod => pod.version === rollout.version));
  const because = cause === null ? '' : ` A server ${cause.message}.`;
  const what = `version ${rollout.version} of run ${target?.run}`;
  return rollout.version === serving?.version
    ? yes(reasons.updating, `Servers of ${what} are replaced by ones of the changed spec.${because}`)
    : yes(reasons.newVersion, `Rolling out ${what}.${because}`);
}

function settled({ rollout, replicas, target }: Situation): Verdict {
  if (replicas === 0) return no(reasons.scaledToZero, 'No server is wanted: spec.serving.replicas is 0.');
  if (rollout?.state === 'Progressing') {
    return yes(reasons.newVersion, `Rolling out version ${rollout.version} of run ${target?.run}.`);
  }
  return no(reasons.complete, `Every server is of version ${target?.version}.`);
}

/** Until every server is there; one that fails later is no matter of scaling. */
function isScaling(
  { change, rollout, deployment, replicas }: Situation,
  before: Condition | undefined,
): boolean {
  if (deployment === null || (rollout?.state === 'Progressing' && replicas !== 0)) return false;
  if (change === 'Scaling' || deployment.replicas !== deployment.specReplicas) return true;
  return before?.reason === reasons.scaling && !isComplete(deployment);
}
