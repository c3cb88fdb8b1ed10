/** Events about promotion, on the run and on its Model. */
import type { HistoryEntry } from '../../../api/model.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { models, trainingRuns } from '../../resources.ts';
import { eventAbout } from '../event.ts';

type Outcome = HistoryEntry['outcome'];

/** An Event about the run, with the outcome and its cause. */
export function runEvent(run: RunResource, outcome: Outcome, message: string): EventIntent {
  return eventAbout(run, trainingRuns, { type: typeOf(outcome), reason: outcome, message });
}

/** An Event about the Model; its message names the run. */
export function modelEvent(
  model: ModelResource,
  outcome: Outcome,
  run: string,
  message: string,
): EventIntent {
  return eventAbout(model, models, {
    type: typeOf(outcome),
    reason: outcome,
    message: `Run ${run}: ${message}`,
  });
}

/** Only outcomes that people may have to look into are warnings. */
function typeOf(outcome: Outcome): EventIntent['type'] {
  return outcome === 'Rejected' || outcome === 'RolloutFailed' ? 'Warning' : 'Normal';
}
