import assert from 'node:assert/strict';
import { readJob } from '../../../src/controller/readers/job.ts';
import { type RawFields, raw } from './raw.ts';

const labels = { 'bellwether.dev/model': 'aapl', 'bellwether.dev/run': 'r', 'bellwether.dev/stage': 'fetch' };
const owner = { kind: 'TrainingRun', uid: 'run-uid' };
const job = (fields: RawFields = {}) => raw('Job', { labels, owner, ...fields });

describe('reading a Job', () => {
  it('reads the run and stage, and the counts of pods', () => {
    const status = { active: 1, failed: 2 };
    const read = readJob(
      job({
        status,
        spec: { suspend: true },
        annotations: { 'bellwether.dev/started-at': 't', 'bellwether.dev/template': 'd' },
      }),
    );
    assert.ok(read !== null);
    const { model, run, stage, ownerUid, startedAt, suspended, active, failed, succeeded, finished } = read;
    assert.deepEqual([model, run, stage, ownerUid, startedAt], ['aapl', 'r', 'Fetch', 'run-uid', 't']);
    assert.equal(read.templateDigest, 'd');
    assert.deepEqual([suspended, active, failed, succeeded, finished], [true, 1, 2, 0, null]);
  });

  it('has finished once a condition Complete or Failed is True', () => {
    const ended = (conditions: unknown[]) => readJob(job({ status: { conditions } }))?.finished;
    const reason = 'PodFailurePolicy';
    assert.equal(ended([{ type: 'FailureTarget', status: 'True', reason }]), null);
    assert.equal(ended([{ type: 'Failed', status: 'False', reason }]), null);
    assert.deepEqual(
      ended([
        { type: 'Suspended', status: 'False' },
        { type: 'Failed', status: 'True', reason, message: 'm', lastTransitionTime: '2026-11-23T00:00:01Z' },
      ]),
      {
        type: 'Failed',
        reason,
        message: 'm',
        at: Date.parse('2026-11-23T00:00:01Z'),
      },
    );
    assert.deepEqual(ended([{ type: 'Complete', status: 'True' }]), {
      type: 'Complete',
      reason: '',
      message: '',
      at: 0,
    });
  });

  const others: [what: string, fields: RawFields][] = [
    ['no owner', { owner: undefined }],
    ['an owner of another kind', { owner: { kind: 'CronJob', uid: 'c' } }],
    ['an owner that is not its controller', { owner: { ...owner, controller: false } }],
    ['an unknown stage', { labels: { ...labels, 'bellwether.dev/stage': 'cook' } }],
    ['no run', { labels: { 'bellwether.dev/model': 'aapl' } }],
  ];
  for (const [what, fields] of others) {
    it(`ignores a Job with ${what}`, () => assert.equal(readJob(job(fields)), null));
  }
});
