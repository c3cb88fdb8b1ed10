import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishVersion } from '../../src/pipeline/publish.ts';
import { openVersion, verifyVersion, versionOf } from '../../src/pipeline/version.ts';
import { sharedModelFolder } from '../serving/harness.ts';

describe('publishing a run', () => {
  let root: string;
  let run: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bellwether-publish-'));
    run = join(root, 'aapl', 'first');
    await cp(await sharedModelFolder(), run, { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const versions = () => join(root, 'aapl', '.versions');
  const intact = async (version: string) => {
    const published = await openVersion(join(versions(), version));
    await verifyVersion(published);
    assert.equal(published.version, version);
  };

  it('puts the four stages under their version, verified and alone', async () => {
    const version = await publishVersion(run);
    assert.equal(version, (await openVersion(run)).version);
    await intact(version);
    assert.deepEqual(await readdir(versions()), [version]);
    const { mode } = await stat(join(versions(), version));
    assert.equal(mode & 0o777, 0o755, 'servers of another user may read it');
  });

  it('takes no room on a volume with hard links', async () => {
    const version = await publishVersion(run);
    const [ours, theirs] = await Promise.all(
      [run, join(versions(), version)].map(folder => stat(join(folder, 'fetch', 'bars.csv'))),
    );
    assert.equal(ours?.ino, theirs?.ino);
  });

  it('keeps a version that is there and intact', async () => {
    const version = await publishVersion(run);
    const { ino } = await stat(join(versions(), version));
    assert.equal(await publishVersion(run), version);
    assert.equal((await stat(join(versions(), version))).ino, ino);
  });

  it('outlives its run', async () => {
    const version = await publishVersion(run);
    await rm(run, { recursive: true });
    await intact(version);
  });

  const damages: [what: string, damage: (folder: string) => Promise<unknown>][] = [
    ['lost a file', folder => rm(join(folder, 'train', 'model.json'))],
    ['lost a stage', folder => rm(join(folder, 'fetch'), { recursive: true })],
    [
      'was altered',
      async folder => {
        // In place it would alter the run's own file too: that is the same one.
        await rm(join(folder, 'fetch', 'bars.csv'));
        await writeFile(join(folder, 'fetch', 'bars.csv'), 'date,open\n');
      },
    ],
    [
      'is a file',
      async folder => {
        await rm(folder, { recursive: true });
        await writeFile(folder, '');
      },
    ],
  ];
  for (const [what, damage] of damages) {
    it(`replaces a version that ${what}`, async () => {
      const version = await publishVersion(run);
      await damage(join(versions(), version));
      assert.equal(await publishVersion(run), version);
      await intact(version);
      assert.deepEqual(await readdir(versions()), [version]);
    });
  }

  it('refuses a run whose artifacts were altered, and publishes nothing of it', async () => {
    await appendFile(join(run, 'fetch', 'bars.csv'), '\n');
    await assert.rejects(publishVersion(run), { reason: 'InputAltered', message: /bars\.csv was altered/ });
    assert.deepEqual(await readdir(versions()), []);
  });

  it('removes leftovers of a killed attempt', async () => {
    const { version } = await openVersion(run);
    await mkdir(join(versions(), `.${version}-killed`, 'fetch'), { recursive: true });
    await publishVersion(run);
    assert.deepEqual(await readdir(versions()), [version]);
  });

  it('may happen many times at once', async () => {
    const published = await Promise.all(Array.from({ length: 8 }, () => publishVersion(run)));
    assert.equal(new Set(published).size, 1);
    await intact(published[0] ?? '');
    assert.deepEqual(await readdir(versions()), [published[0]]);
  });
});

describe('a version', () => {
  const digests = { Fetch: 'a', Features: 'b', Train: 'c', Evaluate: 'd' };

  it('depends on the digest of every stage, not on their order', () => {
    const version = versionOf(digests);
    assert.match(version, /^[0-9a-f]{12}$/);
    assert.equal(versionOf({ Evaluate: 'd', Train: 'c', Features: 'b', Fetch: 'a' }), version);
    const others = Object.keys(digests).map(stage => versionOf({ ...digests, [stage]: 'x' }));
    assert.equal(new Set([version, ...others]).size, 5);
  });
});
