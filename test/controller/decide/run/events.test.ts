/** A run can be followed by the operator's log alone. */
import assert from 'node:assert/strict';
import { decideRun } from '../../../../src/controller/decide/run/decide-run.ts';
import type { RunInput } from '../../../../src/controller/decide/types.ts';
import {
  aJob,
  aModel,
  anEndedPod,
  aPendingPod,
  aReport,
  aRun,
  aRunInput,
  aSucceededPod,
} from '../../builders.ts';

/** The log lines of successive decisions, each made with the status of the one before. */
function logLines(...steps: ((run: RunInput['run']) => Partial<RunInput>)[]): string[][] {
  let run = aRun();
  return steps.map(step => {
    const { status, notes } = decideRun(aRunInput({ run, ...step(run) }));
    run = { ...run, status };
    return notes.map(({ stage = '-', reason }) => `${stage} ${reason}`);
  });
}

describe("a run's log lines", () => {
  it('cover it from the creation of its Model to the failure of a stage', () => {
    const lines = logLines(
      () => ({ model: null }),
      () => ({ blockedBy: 'another' }),
      () => ({}),
      run => ({ jobs: [aJob(run, 'Fetch')] }),
      run => ({
        jobs: [aJob(run, 'Fetch')],
        pods: [
          aPendingPod(aJob(run, 'Fetch'), { waiting: { reason: 'ErrImagePull', message: 'no such image' } }),
        ],
      }),
      run => ({ jobs: [aJob(run, 'Fetch')], pods: [aSucceededPod(aJob(run, 'Fetch'))] }),
      run => ({
        jobs: [aJob(run, 'Fetch'), aJob(run, 'Features')],
        pods: [
          anEndedPod(aJob(run, 'Features'), {
            exitCode: 65,
            message: JSON.stringify(
              aReport('Features', {
                state: 'Failed',
                kind: 'Permanent',
                reason: 'NoData',
                message: 'no rows',
              }),
            ),
          }),
        ],
      }),
    );
    assert.deepEqual(lines, [
      ['Fetch CreatingModel'],
      ['Fetch Queued'],
      ['Fetch Started', 'Fetch StageRunning'],
      [],
      ['Fetch ImagePullFailed'],
      ['Fetch StageSucceeded', 'Features StageRunning'],
      ['Features StageFailed', 'Features Failed'],
    ]);
  });

  it('are not repeated', () => {
    const queued = () => ({ blockedBy: 'another', model: aModel() });
    assert.deepEqual(logLines(queued, queued), [['Fetch Queued'], []]);
  });
});
