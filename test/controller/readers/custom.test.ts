import assert from 'node:assert/strict';
import { readModel, readRun } from '../../../src/controller/readers/custom.ts';
import { raw } from './raw.ts';

describe('reading a TrainingRun', () => {
  it('fills in fields that an older object lacks, and keeps only known fields', () => {
    const run = readRun(raw('TrainingRun', { spec: { symbol: 'MSFT' }, metadata: { generation: 3 } }));
    assert.equal(run.spec?.symbol, 'MSFT');
    assert.equal(run.spec?.features.longWindow, 50);
    assert.deepEqual(
      [run.namespace, run.name, run.uid, run.resourceVersion, run.generation, run.deleting],
      ['ns', 'it', 'uid', '7', 3, false],
    );
    assert.equal(run.createdAt, Date.UTC(2026, 10, 23, 12));
    assert.deepEqual(run.status, {});
    assert.ok(!JSON.stringify(run).includes('managed'));
  });

  it('competes for the Model in its spec, even an invalid one, otherwise for the Model of the same name', () => {
    assert.equal(readRun(raw('TrainingRun', { spec: { model: 'aapl' } })).model, 'aapl');
    assert.equal(readRun(raw('TrainingRun')).model, 'it');
    const broken = readRun(raw('TrainingRun', { spec: { model: 'aapl', seed: 'x' } }));
    assert.equal(broken.model, 'aapl');
    assert.equal(broken.spec, null);
    assert.match(broken.problems.join(), /^spec\.seed: /);
  });

  it('keeps a status with unknown fields', () => {
    const status = { phase: 'Complete', fromTheFuture: 1 };
    assert.deepEqual(readRun(raw('TrainingRun', { status })).status, status);
  });

  it('reads labels, the former approval, the scheduling Model, and deletion', () => {
    const run = readRun(
      raw('TrainingRun', {
        annotations: { 'bellwether.dev/approved': 'true' },
        owner: { kind: 'Model', uid: 'm' },
        metadata: { deletionTimestamp: '2026-11-23T12:00:00Z' },
      }),
    );
    assert.deepEqual([run.hasApprovalAnnotation, run.scheduledBy, run.deleting], [true, 'm', true]);
    const bare = readRun(raw('TrainingRun'));
    assert.deepEqual([bare.hasApprovalAnnotation, bare.scheduledBy, bare.labels], [false, null, {}]);
    const labels = { team: 'quant' };
    assert.deepEqual(readRun(raw('TrainingRun', { metadata: { labels } })).labels, labels);
  });
});

describe('reading a Model', () => {
  it('fills in the defaults, and gives the problems of an invalid spec', () => {
    assert.equal(readModel(raw('Model')).spec?.serving.replicas, 1);
    const broken = readModel(raw('Model', { spec: { schedule: { cron: '0 22 * * *' } } }));
    assert.equal(broken.spec, null);
    assert.match(broken.problems.join(), /runTemplate/);
  });
});
