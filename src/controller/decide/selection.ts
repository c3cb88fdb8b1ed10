/** Which runs may compete for a Model: those that match `promotion.runs.selector`. */
import { type Labels, selectorText, unmetRequirements } from '../../api/label-selector.ts';
import type { ModelSpec } from '../../api/model.ts';
import type { ModelResource, RunResource } from '../observation.ts';
import { truncate } from './conditions.ts';
import type { Cause } from './run/stage/finding.ts';

export const notSelectedReason = 'NotSelected';

/**
 * Why the Model does not select the run; null when it does, or when there is no valid Model. Nothing else that the author
 * of a run sets has precedence over the selector, neither an owner reference nor another label.
 */
export function notSelected(run: RunResource, model: ModelResource | null): Cause | null {
  const spec = model?.spec ?? null;
  if (spec === null) return null;
  const unmet = unmetBy(run.labels, spec);
  if (unmet === null) return null;
  return {
    reason: notSelectedReason,
    message:
      `Model ${run.model} does not select the run: its labels do not match ${unmet} ` +
      `(promotion.runs.selector of the Model: ${selectorOf(spec)}). Label the run, or create it for another Model.`,
  };
}

/** The requirements of the Model's selector that the labels do not meet; null when they meet all. */
export function unmetBy(labels: Labels, { promotion }: ModelSpec): string | null {
  const { selector = {} } = promotion.runs ?? {};
  const unmet = unmetRequirements(selector, labels);
  return unmet.length === 0 ? null : truncate(unmet.join(','), 1000);
}

function selectorOf({ promotion }: ModelSpec): string {
  return truncate(selectorText(promotion.runs?.selector ?? {}), 1000);
}
