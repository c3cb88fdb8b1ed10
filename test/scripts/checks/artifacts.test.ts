/** The check of a run's artifacts finds every byte that is not as a stage wrote it. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkArtifacts } from '../../../scripts/checks/artifacts.ts';
import { Failure } from '../../../src/failure.ts';
import { type ModelFolder, modelFolder } from '../../../support/model-folder.ts';

describe('check of artifacts', () => {
  let run: ModelFolder;
  let paths: string[];
  before(async () => {
    run = await modelFolder();
    const { version, files } = await checkArtifacts(run.folder);
    paths = Object.values(version.stages).flatMap(({ folder, manifest }) =>
      manifest.outputs.map(({ file }) => join(folder, file)),
    );
    assert.equal(paths.length, files);
  });
  after(() => run.remove());

  it('finds one flipped bit in any file, first, middle or last, and names the file', async () => {
    for (const path of paths) {
      const bytes = await readFile(path);
      for (const place of [0, bytes.length >> 1, bytes.length - 1]) {
        const altered = Buffer.from(bytes);
        altered[place]! ^= 1;
        await writeFile(path, altered);
        await assert.rejects(checkArtifacts(run.folder), isFailure('InputAltered', path));
      }
      await writeFile(path, bytes);
    }
    await checkArtifacts(run.folder);
  });

  it('finds a file that is missing', async () => {
    for (const path of paths) {
      const bytes = await readFile(path);
      await rm(path);
      await assert.rejects(checkArtifacts(run.folder), isFailure('InputMissing', path));
      await writeFile(path, bytes);
    }
  });

  it('finds a manifest that was adapted to an altered file', async () => {
    const path = join(run.folder, 'evaluate/manifest.json');
    const text = await readFile(path, 'utf8');
    const other = (head: string, digit: string) => head + (digit === '0' ? '1' : '0');
    await writeFile(
      path,
      text.replace(/("sha256": ")(.)/, (_, head: string, digit: string) => other(head, digit)),
    );
    await assert.rejects(checkArtifacts(run.folder), isFailure('InputAltered', path));
    await writeFile(path, text);
  });

  function isFailure(reason: string, path: string): (error: unknown) => boolean {
    return error => error instanceof Failure && error.reason === reason && error.message.includes(path);
  }
});
