/** The programs as in the image, bundled, in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../../support/cluster/kubectl.ts';

export interface Bundle {
  /** Path of the program that takes `operator` as its first argument. */
  readonly program: string;
  remove(): Promise<void>;
}

const build = join(import.meta.dirname, '../../scripts/build.ts');

export async function buildBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-bundle-'));
  await execute(process.execPath, [build, folder]);
  return { program: join(folder, 'bellwether.js'), remove: () => rm(folder, { recursive: true }) };
}
