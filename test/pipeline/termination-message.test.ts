import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/failure.ts';
import { failed } from '../../src/pipeline/termination-message.ts';

describe('termination message', () => {
  it('says what failed, why and whether trying again can help', () => {
    assert.deepEqual(JSON.parse(failed('Fetch', new Failure('RateLimited', 'Yahoo says 429'))), {
      stage: 'Fetch',
      state: 'Failed',
      kind: 'Transient',
      reason: 'RateLimited',
      message: 'Yahoo says 429',
    });
    assert.equal(JSON.parse(failed('Train', new Error('bug'))).reason, 'InternalError');
  });

  it('stays JSON of at most 4,096 bytes whatever the message', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 9000, size: 'max' });
    fc.assert(
      fc.property(anything, message => {
        const text = failed('Fetch', new Failure('NoData', message));
        assert.ok(Buffer.byteLength(text) <= 4096);
        assert.equal(JSON.parse(text).reason, 'NoData');
      }),
    );
  });
});
