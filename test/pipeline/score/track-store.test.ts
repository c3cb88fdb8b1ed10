import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../../src/failure.ts';
import { extendTrack, readTrack, trackPath } from '../../../src/pipeline/score/track-store.ts';
import { withSteps } from '../../fixtures/file-steps.ts';
import { days } from './days.ts';

const dying = join(import.meta.dirname, 'extend-and-die.ts');

describe('the file of a track record', () => {
  let folder: string;
  let path: string;
  const all = days(5);
  const old = all.slice(0, 3);
  const added = all.slice(3);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'track-'));
    path = trackPath(folder, 'BRK');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const files = () => readdir(dirname(path));

  it('has every day that was ever added, without other files beside it', async () => {
    assert.deepEqual(await readTrack(path), []);
    assert.deepEqual(await extendTrack(path, old), old);
    assert.deepEqual(await extendTrack(path, added), all);
    assert.deepEqual(await readTrack(path), all);
    assert.deepEqual(await files(), ['BRK']);
  });

  it('is CSV below one line that has the digest of the rest', async () => {
    await extendTrack(path, old);
    const lines = (await readFile(path, 'utf8')).split('\n');
    assert.match(lines[0] ?? '', /^# sha256 of all lines below: [0-9a-f]{64}$/);
    assert.match(lines[1] ?? '', /^date,version,actual_return,/);
    assert.deepEqual(
      lines.slice(2).map(line => line.slice(0, 10)),
      [...old.map(({ date }) => date), ''],
    );
  });

  /** How often `extendTrack` turns to the file system, the record being there. */
  async function countSteps(): Promise<number> {
    const other = trackPath(folder, 'OTHER');
    await extendTrack(other, old);
    let steps = 0;
    await withSteps(
      () => {
        steps += 1;
      },
      () => extendTrack(other, added),
    );
    await rm(other);
    return steps;
  }

  it('is the old or the new one, complete, whenever its writer is killed', async () => {
    const steps = await countSteps();
    const found: number[] = [];
    for (let step = 1; step <= steps; step++) {
      await rm(path, { force: true });
      await extendTrack(path, old);
      const child = spawn(process.execPath, [dying, path, JSON.stringify(added), String(step)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [, signal] = await once(child, 'exit');
      assert.equal(signal, 'SIGKILL', `step ${step} of ${steps}`);
      const left = await readTrack(path);
      found.push(left.length);
      assert.deepEqual(left, all.slice(0, left.length));
      // What the next one adds comes to it, as though nothing had happened, and clears what was left.
      if (left.length === 3) assert.deepEqual(await extendTrack(path, added), all);
      else assert.deepEqual(left, all);
    }
    assert.deepEqual(new Set(found), new Set([3, 5]), 'killed before and after the rename');
    assert.deepEqual(found.toSorted(), found, 'once replaced it stays so');
  });

  it('is the old or the new one, complete, whichever step fails', async () => {
    const steps = await countSteps();
    const found: number[] = [];
    for (let step = 1; step <= steps; step++) {
      await rm(path, { force: true });
      await extendTrack(path, old);
      let taken = 0;
      const failing = withSteps(
        () => {
          taken += 1;
          if (taken === step) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
        },
        () => extendTrack(path, added),
      );
      await assert.rejects(failing, { reason: 'StorageFailed' });
      const left = await readTrack(path);
      found.push(left.length);
      assert.deepEqual(left, all.slice(0, left.length));
      if (left.length === 3) assert.deepEqual(await extendTrack(path, added), all);
      assert.deepEqual(await files(), ['BRK']);
    }
    assert.deepEqual(new Set(found), new Set([3, 5]));
  });

  /** Adds the last days while a rival works before the steps that it chooses, by number and name. */
  async function extendBeside(rival: (taken: number, step: string) => Promise<unknown>) {
    let taken = 0;
    return withSteps(
      async step => {
        taken += 1;
        await rival(taken, step);
      },
      () => extendTrack(path, added),
    );
  }

  it('has the days of two interleaved writers, each day as it was first written', async () => {
    const steps = await countSteps();
    const theirs = [{ ...all[3]!, version: 'ffffffffffff' }, days(7)[6]!];
    const versions: string[] = [];
    for (let step = 1; step <= steps; step++) {
      await rm(path, { force: true });
      await extendTrack(path, old);
      await extendBeside(async taken => {
        if (taken === step) await extendTrack(path, theirs);
      });
      const found = await readTrack(path);
      versions.push(found[3]!.version);
      const common = versions.at(-1) === 'ffffffffffff' ? theirs[0] : all[3];
      assert.deepEqual(found, [...old, common, all[4], theirs[1]], `before step ${step} of ${steps}`);
      assert.deepEqual(await files(), ['BRK']);
    }
    assert.equal(new Set(versions).size, 2, 'the rival came before the rename and after it');
  });

  it('is created by two writers at once, and has the days of both', async () => {
    await extendBeside(async (_, step) => {
      if (step === 'rename' && (await readTrack(path)).length === 0) await extendTrack(path, old);
    });
    assert.deepEqual(await readTrack(path), all);
  });

  it('is not written when other writers never stop: a transient failure', async () => {
    let theirs = 0;
    const failing = extendBeside(async (_, step) => {
      if (step !== 'writeFile') return;
      theirs += 1;
      await extendTrack(path, days(100 + theirs).slice(-1));
    });
    await assert.rejects(failing, {
      reason: 'StorageFailed',
      kind: 'Transient',
      message: /5 times in a row/,
    });
    assert.equal((await readTrack(path)).length, theirs);
    assert.deepEqual(await files(), ['BRK']);
  });

  it('is refused when it is altered while it is extended', async () => {
    await extendTrack(path, old);
    const failing = extendBeside(async (_, step) => {
      if (step === 'writeFile') await writeFile(path, 'altered');
    });
    await assert.rejects(failing, { reason: 'InputAltered' });
    assert.equal(await readFile(path, 'utf8'), 'altered');
  });

  it('ignores files of other symbols and their leftovers', async () => {
    await extendTrack(trackPath(folder, 'BRK-B'), old);
    await writeFile(join(dirname(path), '.BRK-B~left'), '');
    await writeFile(join(dirname(path), '.BRK~left'), '');
    await extendTrack(path, old);
    assert.deepEqual(await files(), ['.BRK-B~left', 'BRK', 'BRK-B']);
  });

  const sealed = async () => {
    await extendTrack(path, old);
    return readFile(path, 'utf8');
  };

  async function assertRefused(text: string, what: string): Promise<void> {
    await writeFile(path, text);
    const isAltered = (error: unknown) => error instanceof Failure && error.reason === 'InputAltered';
    await assert.rejects(readTrack(path), isAltered, what);
    await assert.rejects(extendTrack(path, added), isAltered, what);
    assert.equal(await readFile(path, 'utf8'), text, what);
    assert.deepEqual(await files(), ['BRK'], what);
  }

  it('is refused, and not changed, when it is truncated anywhere', async () => {
    const text = await sealed();
    for (let length = 0; length < text.length; length += 7) {
      await assertRefused(text.slice(0, length), `the first ${length} of ${text.length} characters`);
    }
    await assertRefused(text.slice(0, -1), 'all but the last');
  });

  it('is refused, and not changed, when a line is missing, duplicated or altered', async () => {
    const lines = (await sealed()).split('\n');
    for (let line = 0; line < lines.length - 1; line++) {
      await assertRefused(lines.toSpliced(line, 1).join('\n'), `without line ${line + 1}`);
      await assertRefused(lines.toSpliced(line, 0, lines[line]!).join('\n'), `with line ${line + 1} twice`);
      await assertRefused(
        lines.with(line, `${lines[line]}0`).join('\n'),
        `line ${line + 1} with a digit more`,
      );
    }
  });

  it('is not treated as absent when it cannot be read', async () => {
    await mkdir(path, { recursive: true });
    const isFolder = {
      reason: 'InvalidArtifact',
      message: /BRK is a folder, where a track record is a file$/,
    };
    await assert.rejects(readTrack(path), isFolder);
    await assert.rejects(extendTrack(path, old), isFolder);
    await rm(dirname(path), { recursive: true });
    await writeFile(dirname(path), '');
    await assert.rejects(readTrack(path), { reason: 'StorageFailed' });
  });
});
