/** Short texts of a decision, for tables. */
import type { StageName } from '../../../../src/api/artifacts.ts';
import { findCondition } from '../../../../src/controller/decide/conditions.ts';
import { decideRun } from '../../../../src/controller/decide/run/decide-run.ts';
import type { RunDecision, RunInput } from '../../../../src/controller/decide/types.ts';
import type { RunResource } from '../../../../src/controller/observation.ts';
import { aJob, aPod, aRun, aRunInput } from '../../builders.ts';

/** Such as `Create Job aapl-1-fetch` or `Suspend aapl-1-fetch`. */
export function actionsOf({ actions }: RunDecision): string[] {
  return actions.map(action => {
    if (action.kind === 'Create') return `Create ${action.type.kind} ${action.object.metadata.name}`;
    if (action.kind === 'Merge')
      return `${JSON.stringify(action.patch).includes('true') ? 'Suspend' : 'Resume'} ${action.name}`;
    if (action.kind === 'Delete') return `Delete ${action.type.kind} ${action.name} ${action.uid}`;
    return `Apply ${action.object.metadata.name}`;
  });
}

export const eventsOf = ({ events }: RunDecision) => events.map(({ type, reason }) => `${type} ${reason}`);

/** The states of the stages, in order. */
export const statesOf = ({ status }: RunDecision) => status.stages?.map(({ state }) => state).join(' ');

export function conditionOf({ status }: RunDecision, type: string): string {
  const condition = findCondition(status.conditions, type);
  return condition === undefined ? 'none' : `${condition.status} ${condition.reason}`;
}

export const messageOf = ({ status }: RunDecision, type: string) =>
  findCondition(status.conditions, type)?.message ?? '';

export const stageOf = ({ status }: RunDecision, name: StageName) =>
  status.stages?.find(stage => stage.name === name);

/** The run with the decision's status stored. */
export const written = (run: RunResource, { status }: RunDecision): RunResource => ({ ...run, status });

/** A run whose stages before `stage` have succeeded and whose Job for `stage` was just created. */
export function runAt(stage: StageName, fields: Partial<RunResource> = {}): RunResource {
  const started = decideRun(aRunInput({ run: aRun(fields) }));
  const { stages = [] } = started.status;
  const index = stages.findIndex(({ name }) => name === stage);
  const moved = stages.map((status, place) => {
    if (place < index) return { name: status.name, state: 'Succeeded' as const, attempts: 1 };
    if (place > index) return { name: status.name, state: 'Pending' as const };
    return {
      name: status.name,
      state: 'Running' as const,
      jobName: `aapl-1-${stage.toLowerCase()}`,
      startTime: '2026-11-23T12:00:00Z',
    };
  });
  const run = aRun({ ...fields, status: { ...started.status, stage, stages: moved } });
  const job = aJob(run, stage);
  return written(run, decideRun(aRunInput({ run, jobs: [job], pods: [aPod(job)] })));
}

export const decided = (fields: Partial<RunInput> = {}) => decideRun(aRunInput(fields));
