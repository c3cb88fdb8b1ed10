/** Events about a Model's servers. */
import type { Condition } from '../../../api/conditions.ts';
import type { ModelResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { models } from '../../resources.ts';
import { eventAbout } from '../event.ts';
import { reasons } from './reasons.ts';
import type { RolloutInput, RolloutStep } from './rollout.ts';

/** Events about the rollout's transition in this step. */
export function rolloutEvents(
  model: ModelResource,
  { target }: Pick<RolloutInput, 'target'>,
  { rollout, transition }: RolloutStep,
): EventIntent[] {
  const what = `version ${target.version} of run ${target.run}`;
  if (transition === 'Completed') return [event(model, 'Normal', 'RolledOut', `All servers run ${what}.`)];
  if (transition === 'Failed')
    return [event(model, 'Warning', reasons.rolloutFailed, rollout?.message ?? '')];
  if (transition !== 'Started') return [];
  return [event(model, 'Normal', 'RollingOut', `Rolling out ${what}.`)];
}

/** An Event when a condition first gets one of these reasons. */
export function obstacleEvents(model: ModelResource, conditions: readonly Condition[]): EventIntent[] {
  return [reasons.nameTaken, reasons.notAllowed, reasons.claimTerminating, reasons.contended].flatMap(
    obstacle => {
      const condition = conditions.find(({ reason }) => reason === obstacle);
      const isKnown = model.status.conditions?.some(({ reason }) => reason === obstacle);
      return condition === undefined || isKnown ? [] : [event(model, 'Warning', obstacle, condition.message)];
    },
  );
}

function event(
  model: ModelResource,
  type: EventIntent['type'],
  reason: string,
  message: string,
): EventIntent {
  return eventAbout(model, models, { type, reason, message });
}
