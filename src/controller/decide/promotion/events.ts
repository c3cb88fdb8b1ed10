/** Events about promotion, on the run and on its Model. */
import type { HistoryEntry } from '../../../api/model.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import type { EventIntent } from '../../plan.ts';
import { models, trainingRuns } from '../../resources.ts';
import { eventAbout } from '../event.ts';

type Outcome = HistoryEntry['outcome'];

/** On the run: what became of it, and why. */
export function runEvent(run: RunResource, outcome: Outcome, message: string): EventIntent {
  return eventAbout(run, trainingRuns, { type: typeOf(outcome), reason: outcome, message });
}

/** The Model's tells which run. */
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

/** A challenger that is turned down is everyday life; only what people may have to look into is a warning. */
function typeOf(outcome: Outcome): EventIntent['type'] {
  return outcome === 'Rejected' || outcome === 'RolloutFailed' ? 'Warning' : 'Normal';
}
