/** Events about promotion, on the run and on its Model. */
import type { HistoryEntry } from '../../../api/model.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { models, trainingRuns } from '../../resources.ts';
import { eventAbout } from '../event.ts';
import { damageReasons } from './reasons.ts';

type Outcome = Pick<HistoryEntry, 'outcome' | 'reason' | 'message'>;

/** An Event about the run, with the outcome and its cause. */
export function runEvent(run: RunResource, outcome: Outcome): EventIntent {
  return eventAbout(run, trainingRuns, { ...headOf(outcome), message: outcome.message });
}

/** An Event about the Model; its message names the run. */
export function modelEvent(model: ModelResource, outcome: Outcome, run: string): EventIntent {
  return eventAbout(model, models, { ...headOf(outcome), message: `Run ${run}: ${outcome.message}` });
}

/** Only outcomes that people may have to look into are warnings. Damage of the champion has its own reason. */
function headOf({ outcome, reason }: Outcome): Pick<EventIntent, 'type' | 'reason'> {
  if (damageReasons.has(reason)) return { type: 'Warning', reason };
  return {
    type: outcome === 'Rejected' || outcome === 'RolloutFailed' ? 'Warning' : 'Normal',
    reason: outcome,
  };
}
