/** What the operator's log tells of a run, from decision to decision: enough to follow it by that alone. */
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

/** The lines of decisions that follow each other, each made from what came of the one before. */
function story(...steps: ((run: RunInput['run']) => Partial<RunInput>)[]): string[][] {
  let run = aRun();
  return steps.map(step => {
    const { status, notes } = decideRun(aRunInput({ run, ...step(run) }));
    run = { ...run, status };
    return notes.map(({ stage = '-', reason }) => `${stage} ${reason}`);
  });
}

describe("a run's story in the log", () => {
  it('goes on from the Model that is made to the stage that fails', () => {
    const told = story(
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
    assert.deepEqual(told, [
      ['Fetch CreatingModel'],
      ['Fetch Queued'],
      ['Fetch Started', 'Fetch StageRunning'],
      [],
      ['Fetch ImagePullFailed'],
      ['Fetch StageSucceeded', 'Features StageRunning'],
      ['Features StageFailed', 'Features Failed'],
    ]);
  });

  it('says the same thing once', () => {
    const queued = () => ({ blockedBy: 'another', model: aModel() });
    assert.deepEqual(story(queued, queued), [['Fetch Queued'], []]);
  });
});
