/** What lies on a Model's volume, as a pod in the cluster sees it. */
import type { StageName } from '../../../src/api/artifacts.ts';
import { runInCluster } from './pod.ts';

/** One start of a stage that was played by the test image. */
export interface Start {
  readonly stage: StageName;
  /** The pod's name. */
  readonly pod: string;
  readonly time: string;
}

/** Every start of a played run's stages, in order. */
export function startsOf(namespace: string, model: string, run: string): Promise<Start[]> {
  const path = JSON.stringify(`/artifacts/${model}/${run}/starts.log`);
  const script = `import { readFile } from 'node:fs/promises';
    const text = await readFile(${path}, 'utf8').catch(() => '');
    tell(text.split('\\n').filter(line => line !== '').map(line => JSON.parse(line)));`;
  return runInCluster(namespace, script, { claim: claimOf(model) });
}

/** One file of a manifest, as it is listed and as it is. */
export interface Verified {
  /** Relative to the Model's folder. */
  readonly path: string;
  readonly listed: string;
  readonly actual: string;
}

/** Compares every file that the manifests below a folder of the Model list with its sha256. */
export function verifyArtifacts(namespace: string, model: string, folder: string): Promise<Verified[]> {
  const root = JSON.stringify(`/artifacts/${model}`);
  const script = `import { createHash } from 'node:crypto';
    import { readdir, readFile } from 'node:fs/promises';
    import { dirname, join } from 'node:path';
    const found = [];
    for (const path of await readdir(join(${root}, ${JSON.stringify(folder)}), { recursive: true })) {
      if (!path.endsWith('manifest.json')) continue;
      const stage = join(${JSON.stringify(folder)}, dirname(path));
      const { outputs } = JSON.parse(await readFile(join(${root}, stage, 'manifest.json'), 'utf8'));
      for (const { file, sha256 } of outputs) {
        const bytes = await readFile(join(${root}, stage, file));
        const actual = createHash('sha256').update(bytes).digest('hex');
        found.push({ path: join(stage, file), listed: sha256, actual });
      }
    }
    tell(found);`;
  return runInCluster(namespace, script, { claim: claimOf(model) });
}

/** Flips one byte in the middle of a file of the Model, as a failing disk would. */
export async function corruptFile(namespace: string, model: string, path: string): Promise<void> {
  const file = JSON.stringify(`/artifacts/${model}/${path}`);
  const script = `import { open } from 'node:fs/promises';
    const file = await open(${file}, 'r+');
    const { size } = await file.stat();
    const byte = Buffer.alloc(1);
    const middle = Math.floor(size / 2);
    await file.read(byte, 0, 1, middle);
    await file.write(Buffer.from([byte[0] ^ 1]), 0, 1, middle);
    await file.sync();
    await file.close();
    tell(size);`;
  await runInCluster(namespace, script, { claim: claimOf(model), readOnly: false });
}

function claimOf(model: string): string {
  return `${model}-artifacts`;
}
