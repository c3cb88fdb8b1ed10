/** The run that `promotion.approvedRun` of a Model approves, and the command that sets it. */
import type { ModelSpec, ModelStatus } from '../../../api/model.ts';
import type { DecidedRun } from '../types.ts';

type Approval = NonNullable<ModelStatus['approval']>;

/**
 * The run that `approvedRun` approves: the first of that name since the field was set. It stays the same when the run is
 * deleted, so that a later run of the name is not approved.
 */
export function resolveApproval(
  { promotion }: ModelSpec,
  before: ModelStatus['approval'],
  runs: readonly DecidedRun[],
): Approval | null {
  const { approvedRun } = promotion;
  if (approvedRun === undefined) return null;
  if (before?.run === approvedRun) return before;
  const named = runs.find(({ run }) => run.name === approvedRun);
  return named === undefined ? null : { run: approvedRun, runUid: named.run.uid };
}

/** The command that approves a run, with its version, so that no other run of its name is approved. */
export function approveCommand(
  model: string,
  approvedRun: string,
  approvedVersion: string | undefined,
): string {
  const patch = { spec: { promotion: { approvedRun, approvedVersion } } };
  return `kubectl patch model ${model} --type=merge -p '${JSON.stringify(patch)}'`;
}

const formerCommand = /kubectl annotate trainingrun (\S+) bellwether\.dev\/approved=true/;

/** The message with the present command where version 0.1 wrote the former one. */
export function withPresentCommand(message: string, model: string, version: string | undefined): string {
  return message.replace(formerCommand, (_, run: string) => approveCommand(model, run, version));
}
