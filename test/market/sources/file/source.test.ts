import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, type FailureReason } from '../../../../src/failure.ts';
import { fileDigest, fileInVolume, readBars } from '../../../../src/market/sources/file/source.ts';

const csv = 'date,open,high,low,close,volume\n2024-01-02,10,12,9.5,11,500\n';
const secret = 'ZQXJ7731';

describe('a file of bars in a volume', () => {
  let root: string;
  let outside: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'volume-'));
    outside = await mkdtemp(join(tmpdir(), 'outside-'));
    await writeFile(join(outside, 'passwd'), `root:${secret}\n`);
  });
  afterEach(() => Promise.all([rm(root, { recursive: true }), rm(outside, { recursive: true })]));

  const inConfigMap = (path: string) => fileInVolume({ configMapName: 'my-bars', path }, root);

  async function failure(path: string): Promise<Failure> {
    const error: unknown = await readBars(inConfigMap(path)).then(
      () => assert.fail('nothing failed'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Failure, String(error));
    return error;
  }

  it('is read below the root of the volume, and its digest is of its content', async () => {
    await mkdir(join(root, 'us'));
    await writeFile(join(root, 'us/aapl.csv'), csv);
    const file = fileInVolume({ claimName: 'bars', path: 'us/aapl.csv' }, root);
    assert.equal((await readBars(file)).rows[0]?.close, 11);
    assert.equal(await fileDigest(file), createHash('sha256').update(csv).digest('hex'));
  });

  it("is read through the links that a ConfigMap's files are", async () => {
    await mkdir(join(root, '..2026_12_01'));
    await writeFile(join(root, '..2026_12_01/aapl.csv'), csv);
    await symlink('..2026_12_01', join(root, '..data'));
    await symlink('..data/aapl.csv', join(root, 'aapl.csv'));
    assert.equal((await readBars(inConfigMap('aapl.csv'))).rows.length, 1);
  });

  const refused: [string, () => Promise<unknown>, FailureReason, RegExp][] = [
    ['a missing one', async () => {}, 'UnreadableFile', /^a\.csv of ConfigMap my-bars does not exist$/],
    ['a folder', () => mkdir(join(root, 'a.csv')), 'UnreadableFile', / is a folder, not a file$/],
    [
      'a link to a file outside',
      () => symlink(join(outside, 'passwd'), join(root, 'a.csv')),
      'UnreadableFile',
      / is a symbolic link that leaves the volume$/,
    ],
    [
      'a link out of a folder whose name begins like the root',
      async () => {
        await mkdir(`${root}-2`);
        await writeFile(`${root}-2/a.csv`, csv);
        await symlink(`${root}-2/a.csv`, join(root, 'a.csv'));
      },
      'UnreadableFile',
      / leaves the volume$/,
    ],
    [
      'a link to the environment of the process',
      () => symlink('/proc/self/environ', join(root, 'a.csv')),
      'UnreadableFile',
      / leaves the volume$/,
    ],
    [
      'a link to itself',
      () => symlink('a.csv', join(root, 'a.csv')),
      'UnreadableFile',
      / has too many symbolic links, or one that leads to itself$/,
    ],
    ['a link to nothing', () => symlink('b.csv', join(root, 'a.csv')), 'UnreadableFile', / does not exist$/],
    [
      'a pipe, without waiting for a writer',
      async () => execFileSync('mkfifo', [join(root, 'a.csv')]),
      'UnreadableFile',
      / is a pipe or a device, not a file$/,
    ],
    [
      'a socket',
      () => new Promise<void>(resolve => server().listen(join(root, 'a.csv'), resolve)),
      'UnreadableFile',
      / is a pipe or a device, not a file$/,
    ],
    [
      'more than 64 MiB',
      async () => {
        await writeFile(join(root, 'a.csv'), '');
        await truncate(join(root, 'a.csv'), 64 * 1024 * 1024 + 1);
      },
      'TooLarge',
      / has more than 67108864 bytes, the most that bars take$/,
    ],
  ];
  const server = () => createServer().unref();
  for (const [name, prepare, reason, message] of refused) {
    it(`is refused when it is ${name}`, async () => {
      await prepare();
      const error = await failure('a.csv');
      assert.equal(error.reason, reason);
      assert.equal(error.kind, 'Permanent');
      assert.match(error.message, message);
      const everything = `${error.message} ${JSON.stringify(error.details)} ${String(error.cause)}`;
      assert.doesNotMatch(everything, new RegExp(`${secret}|${outside}`));
      await rm(`${root}-2`, { recursive: true, force: true });
    });
  }

  it('is refused in a folder that is a link to one outside', async () => {
    await symlink(outside, join(root, 'us'));
    assert.match(
      (await failure('us/passwd')).message,
      /^us\/passwd of ConfigMap my-bars is a symbolic link that leaves/,
    );
  });
});
