/** Reasons of this operator for not starting any pod of a run. They end when the spec or the operator's settings change. */
import { claims } from '../../resources.ts';
import { modelNotAllowed, runNotAllowed } from '../allowed.ts';
import { truncate } from '../conditions.ts';
import type { RunInput } from '../types.ts';
import type { Progress } from './progress.ts';
import type { Cause } from './stage/finding.ts';

const longest = 4000;

/**
 * Null when a pod may start, or when the current stage has a Job whose pods are not of this decision's making: a Job
 * that was accepted before is left to end.
 */
export function startRefusal(input: RunInput, { current }: Progress): Cause | null {
  if (current === null) return null;
  const { finding, context } = current;
  const startsPod =
    finding.kind === 'Launch' || finding.kind === 'Waiting' || context.job?.suspended === true;
  return startsPod ? (notAllowed(input) ?? foreignClaim(input)) : null;
}

function notAllowed({ run, model, settings }: RunInput): Cause | null {
  const ofRun = runNotAllowed(run, settings);
  if (ofRun.length > 0) return { reason: 'NotAllowed', message: truncate(ofRun.join(' '), longest) };
  const ofModel = model === null ? [] : modelNotAllowed(model, settings);
  if (ofModel.length === 0) return null;
  return { reason: 'NotAllowed', message: truncate(`Model ${run.model}: ${ofModel.join(' ')}`, longest) };
}

/** A claim that was not created for the Model must not be mounted because of its name. */
function foreignClaim({ run, refusals }: RunInput): Cause | null {
  const refusal = refusals.find(({ kind, reason }) => kind === claims.kind && reason === 'NameTaken');
  if (refusal === undefined) return null;
  const message =
    `PersistentVolumeClaim ${refusal.name} exists and does not belong to Model ${run.model}. Rename the Model, ` +
    `delete the claim, or give it to the Model with the label bellwether.dev/model: ${run.model}.`;
  return { reason: refusal.reason, message };
}
