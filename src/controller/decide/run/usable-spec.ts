/**
 * Whether stages can be made from a spec: the CRD refuses the others, but for what was stored before a rule was
 * there.
 */
import { modelNameMessage, modelNamePattern, type TrainingRunSpec } from '../../../api/training-run.ts';
import type { RunResource } from '../../observation.ts';
import { truncate } from '../conditions.ts';
import type { Cause } from './stage/finding.ts';

/** The spec, or why it cannot be used. */
export function usableSpec(run: RunResource): { readonly spec: TrainingRunSpec } | Cause {
  const { spec, problems, model, name } = run;
  if (spec === null) {
    const words = truncate(problems.join('; '), 2000) || 'it does not fit the schema';
    return {
      reason: 'InvalidSpec',
      message: `The spec cannot be used: ${words}. Make a new run with it mended.`,
    };
  }
  if (modelNamePattern.test(model)) return { spec };
  const message =
    model === name
      ? `The run's name '${name}' cannot name a Model, which ${modelNameMessage}. Name one in spec.model.`
      : `spec.model '${model}' ${modelNameMessage}.`;
  return { reason: 'InvalidSpec', message };
}
