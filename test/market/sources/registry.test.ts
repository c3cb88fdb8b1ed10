import assert from 'node:assert/strict';
import { dataSources, sourceEnvironment, sourceVariables } from '../../../src/api/sources.ts';
import { dataSchema } from '../../../src/api/training-run.ts';
import { sources } from '../../../src/market/sources/registry.ts';

describe('sources of bars', () => {
  for (const name of dataSources) {
    it(`${name} either sends requests or reads a file that has a digest`, async () => {
      const source = sources[name];
      const data = dataSchema.parse({ source: name, ...(name === 'File' && { path: import.meta.filename }) });
      const origin = source.origin({});
      const digest = await source.contentDigest(data);
      assert.equal(origin === null, digest !== null);
      assert.equal(source.isLive, origin !== null);
      assert.throws(() => source.checkSymbol('../x'), /must be a ticker symbol/);
      source.checkSymbol('AAPL');
      assert.notEqual(source.nameOf(data), '');
    });
  }

  it('receive their settings as environment variables', () => {
    assert.deepEqual(sourceEnvironment({ yahooHost: 'http://yahoo:8080' }), {
      [sourceVariables.yahooHost]: 'http://yahoo:8080',
    });
    assert.deepEqual(sourceEnvironment({ yahooHost: undefined }), {});
  });
});
