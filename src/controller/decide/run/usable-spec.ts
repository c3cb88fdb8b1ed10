/**
 * Whether a run's spec can be used. The CRD's schema rejects invalid specs, but objects stored before a rule was added
 * may still violate it.
 */
import type { StageName } from '../../../api/artifacts.ts';
import {
  modelNameMessage,
  modelNamePattern,
  pathMessage,
  type TrainingRunSpec,
} from '../../../api/training-run.ts';
import type { RunResource } from '../../observation.ts';
import { truncate } from '../conditions.ts';
import type { Cause } from './stage/finding.ts';

/** The spec, or why it cannot be used. */
export function usableSpec(run: RunResource): { readonly spec: TrainingRunSpec } | Cause {
  const { spec, problems, model, name } = run;
  if (spec === null) {
    const problem = truncate(problems.join('; '), 2000) || 'it does not match the schema';
    return {
      reason: 'InvalidSpec',
      message: `The spec is invalid: ${problem}. Create a new run with a corrected spec.`,
    };
  }
  if (modelNamePattern.test(model)) return { spec };
  const message =
    model === name
      ? `spec.model defaults to the run's name '${name}', but it ${modelNameMessage}. Set spec.model.`
      : `spec.model '${model}' ${modelNameMessage}.`;
  return { reason: 'InvalidSpec', message };
}

/**
 * Why a run cannot continue with Fetch: its spec has `data.path`, which version 0.1 accepted. In a pod the path names any file of
 * the pod. A run whose Fetch has succeeded, or that has finished, is not affected.
 */
export function localFile({ data }: TrainingRunSpec, stage: StageName): Cause | null {
  if (stage !== 'Fetch' || data.path === undefined) return null;
  return {
    reason: 'InvalidSpec',
    message: `spec.data.path ${pathMessage}. Create a new run with data.volume.`,
  };
}
