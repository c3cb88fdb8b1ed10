/** The Events that a Model tells of its servers. */
import type { Condition } from '../../../api/conditions.ts';
import type { ModelResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { models } from '../../resources.ts';
import { eventAbout } from '../event.ts';
import { reasons } from './reasons.ts';
import type { RolloutInput, RolloutStep } from './rollout.ts';

/** What transition to the rollout at this step. */
export function rolloutEvents(
  model: ModelResource,
  { target, change }: RolloutInput,
  { rollout, transition }: RolloutStep,
): EventIntent[] {
  const what = `version ${target.version} of run ${target.run}`;
  if (transition === 'Completed') return [event(model, 'Normal', 'RolledOut', `Every server is of ${what}.`)];
  if (transition === 'Failed')
    return [event(model, 'Warning', reasons.rolloutFailed, rollout?.message ?? '')];
  if (transition !== 'Started' || change === 'None' || change === 'Scaling') return [];
  return [event(model, 'Normal', 'RollingOut', `Rolling out ${what}.`)];
}

/** Announcements once, when it is found. */
export function nameTakenEvents(model: ModelResource, conditions: readonly Condition[]): EventIntent[] {
  const found = conditions.find(({ reason }) => reason === reasons.nameTaken);
  const known = model.status.conditions?.some(({ reason }) => reason === reasons.nameTaken);
  return found === undefined || known ? [] : [event(model, 'Warning', reasons.nameTaken, found.message)];
}

function event(
  model: ModelResource,
  type: EventIntent['type'],
  reason: string,
  message: string,
): EventIntent {
  return eventAbout(model, models, { type, reason, message });
}
