import assert from 'node:assert/strict';
import { modelSpecSchema } from '../../../src/api/model.ts';
import { claimNameOf, renderClaim } from '../../../src/controller/render/claim.ts';
import { aModel } from '../builders.ts';

describe('the claim of a Model', () => {
  it('has the size, class and access mode that the Model asks for', () => {
    const artifacts = { size: '9Gi', storageClassName: 'fast', accessMode: 'ReadWriteMany' };
    const claim = renderClaim(aModel(), modelSpecSchema.parse({ artifacts }));
    assert.deepEqual(claim?.spec, {
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '9Gi' } },
      storageClassName: 'fast',
    });
    assert.equal(claim?.metadata.name, 'aapl-artifacts');
    assert.equal(claim?.metadata.namespace, 'default');
  });

  it('leaves the class to the cluster if none is set', () => {
    const claim = renderClaim(aModel(), modelSpecSchema.parse({}));
    assert.equal('storageClassName' in (claim?.spec as object), false);
  });

  it('has an owner only if whenDeleted is Delete', () => {
    const ownersWhen = (whenDeleted: string) =>
      renderClaim(aModel(), modelSpecSchema.parse({ artifacts: { whenDeleted } }))?.metadata.ownerReferences;
    assert.equal(ownersWhen('Retain'), undefined);
    assert.match(JSON.stringify(ownersWhen('Delete')), /"uid":"uid-of-model-aapl"/);
  });

  it('is not created if the Model names one', () => {
    const spec = modelSpecSchema.parse({ artifacts: { claimName: 'shared' } });
    assert.equal(renderClaim(aModel(), spec), null);
    assert.equal(claimNameOf('aapl', spec), 'shared');
  });
});
