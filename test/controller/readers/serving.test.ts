import assert from 'node:assert/strict';
import { readChild, readClaim, readDeployment } from '../../../src/controller/readers/serving.ts';
import { services } from '../../../src/controller/resources.ts';
import { raw } from './raw.ts';

const labels = { 'bellwether.dev/model': 'aapl' };
const annotations = { 'bellwether.dev/applied': 'digest' };
const owner = { kind: 'Model', uid: 'model-uid' };

describe("reading a Model's children", () => {
  it('reads a Deployment with its version and the progress of its rollout', () => {
    const progressing = { status: 'False', reason: 'ProgressDeadlineExceeded', message: 'm' };
    const read = readDeployment(
      raw('Deployment', {
        labels,
        annotations,
        owner,
        metadata: { generation: 4 },
        spec: { replicas: 3, template: { metadata: { labels: { 'bellwether.dev/version': 'v2' } } } },
        status: {
          observedGeneration: 3,
          replicas: 4,
          updatedReplicas: 1,
          readyReplicas: 3,
          availableReplicas: 2,
          conditions: [
            { type: 'Available', status: 'True' },
            { type: 'Progressing', ...progressing },
            { type: 'ReplicaFailure', status: 'True', message: 'no account' },
          ],
        },
      }),
    );
    assert.ok(read !== null);
    const { model, ownerUid, version, appliedDigest, generation, observedGeneration } = read;
    assert.deepEqual([model, ownerUid, version, appliedDigest], ['aapl', 'model-uid', 'v2', 'digest']);
    assert.deepEqual([generation, observedGeneration], [4, 3]);
    assert.deepEqual(
      [read.specReplicas, read.replicas, read.updatedReplicas, read.readyReplicas, read.availableReplicas],
      [3, 4, 1, 3, 2],
    );
    assert.deepEqual(read.progressing, progressing);
    assert.equal(read.replicaFailure, 'no account');
  });

  it('reads a Deployment of another owner without a status', () => {
    const read = readDeployment(raw('Deployment', { labels, owner: { kind: 'Helm', uid: 'h' } }));
    assert.deepEqual(
      [read?.ownerUid, read?.version, read?.appliedDigest, read?.observedGeneration, read?.progressing],
      [null, null, null, 0, null],
    );
  });

  it('takes the kind of a child from its type, since the items of a list have no kind', () => {
    const child = readChild(services, {
      ...raw(''),
      metadata: raw('', { labels, annotations, owner }).metadata,
    });
    assert.deepEqual(
      [child?.kind, child?.ownerUid, child?.appliedDigest],
      ['Service', 'model-uid', 'digest'],
    );
  });

  it('reads which fields the operator has applied and which others own, without status and owners', () => {
    const leaf = {};
    const managedFields = [
      {
        manager: 'bellwether',
        operation: 'Apply',
        fieldsV1: { 'f:metadata': { 'f:labels': leaf, 'f:ownerReferences': { 'k:{"uid":"u"}': leaf } } },
      },
      { manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': leaf } },
      { manager: 'kcm', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': leaf } },
    ];
    const read = (entries: object[]) =>
      readDeployment(raw('Deployment', { labels, metadata: { managedFields: entries } }))?.ownership;
    assert.deepEqual(read(managedFields), {
      applied: '{"f:metadata":{"f:labels":{}}}',
      others: '[{"manager":"kubectl","fields":{"f:spec":{}}}]',
      needsHandOver: false,
    });
    const born = [{ manager: 'bellwether', operation: 'Update', fieldsV1: { 'f:spec': leaf } }];
    assert.deepEqual(read(born), { applied: null, others: '[]', needsHandOver: true });
  });

  it('reads the phase of a claim', () => {
    assert.equal(
      readClaim(raw('PersistentVolumeClaim', { labels, status: { phase: 'Bound' } }))?.phase,
      'Bound',
    );
    assert.equal(readClaim(raw('PersistentVolumeClaim', { labels }))?.phase, '');
  });
});
