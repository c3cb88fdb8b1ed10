import assert from 'node:assert/strict';
import { lockedPackages } from '../../src/pipeline/locked-packages.ts';

const lock = JSON.stringify({
  packages: {
    '': { version: '1.0.0', dependencies: { a: '1' } },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', dependencies: { b: '1', '@s/c': '1' } },
    'node_modules/a/node_modules/b': { version: '1.1.0', dependencies: { d: '1' } },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/@s/c': { version: '3.0.0', peerDependencies: { a: '1', absent: '1' } },
    'node_modules/d': { version: '4.0.0', optionalDependencies: { b: '2' } },
    'node_modules/e': { version: '5.0.0' },
  },
});

describe('locked packages', () => {
  it('are the named packages and their transitive dependencies, resolved as Node.js does, each once', () => {
    assert.deepEqual(lockedPackages(lock, ['a']), [
      'node_modules/@s/c 3.0.0 ',
      'node_modules/a 1.0.0 sha512-a',
      'node_modules/a/node_modules/b 1.1.0 ',
      'node_modules/b 2.0.0 ',
      'node_modules/d 4.0.0 ',
    ]);
    assert.deepEqual(lockedPackages(lock, ['e']), ['node_modules/e 5.0.0 ']);
    assert.deepEqual(lockedPackages(lock, []), []);
  });

  it('must be in the lock file', () => {
    assert.throws(() => lockedPackages(lock, ['other']), /package-lock\.json lacks other/);
  });
});
