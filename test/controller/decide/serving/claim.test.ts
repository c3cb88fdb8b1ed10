import assert from 'node:assert/strict';
import { decideClaim } from '../../../../src/controller/decide/serving/claim.ts';
import { aClaim, aModel } from '../../builders.ts';
import { anInput, specOf } from './builders.ts';

const model = aModel();
const owner = {
  apiVersion: 'bellwether.dev/v1alpha1',
  kind: 'Model',
  name: model.name,
  uid: model.uid,
  controller: true,
};
const other = { ...owner, kind: 'Release', name: 'other', uid: 'other', controller: false };

function ownersAfter(whenDeleted: 'Retain' | 'Delete', claim = aClaim()) {
  const { artifacts, ...rest } = specOf();
  const spec = { ...rest, artifacts: { ...artifacts, whenDeleted } };
  const [action] = decideClaim(anInput({ model, claim }), spec);
  return action?.kind === 'Merge' ? action.patch : null;
}

const patch = (...ownerReferences: object[]) => {
  const { uid, resourceVersion } = aClaim();
  return { metadata: { uid, resourceVersion, ownerReferences } };
};

describe("decide serving: the claim's owner follows artifacts.whenDeleted after birth too", () => {
  it('gets the Model as owner when it is changed to Delete', () => {
    assert.deepEqual(ownersAfter('Delete'), patch(owner));
    assert.equal(ownersAfter('Delete', aClaim({ owners: [owner] })), null);
  });

  it('loses it when it is changed to Retain', () => {
    assert.deepEqual(ownersAfter('Retain', aClaim({ owners: [owner] })), patch());
    assert.equal(ownersAfter('Retain'), null);
  });

  it('keeps other owners', () => {
    assert.deepEqual(ownersAfter('Delete', aClaim({ owners: [other] })), patch(other, owner));
    assert.deepEqual(ownersAfter('Retain', aClaim({ owners: [other, owner] })), patch(other));
    assert.equal(ownersAfter('Delete', aClaim({ owners: [{ ...other, controller: true }] })), null);
  });

  it('is left alone while it is being deleted, and if the spec names it', () => {
    assert.equal(ownersAfter('Delete', aClaim({ deleting: true })), null);
    const spec = {
      ...specOf(),
      artifacts: { ...specOf().artifacts, claimName: 'mine', whenDeleted: 'Delete' as const },
    };
    assert.deepEqual(decideClaim(anInput({ model, claim: aClaim({ name: 'mine' }) }), spec), []);
  });
});
