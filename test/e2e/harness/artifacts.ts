/** What lies on a Model's volume, as a pod in the cluster sees it. */
import type { StageName } from '../../../src/api/artifacts.ts';
import { runInCluster } from './pod.ts';

/** One start of a stage that was played by the test image. */
export interface Start {
  readonly model: string;
  readonly run: string;
  readonly stage: StageName;
  /** The pod's name. */
  readonly pod: string;
  readonly time: string;
}

/** Every start of a played run's stages, in order. */
export async function startsOf(namespace: string, model: string, run: string): Promise<Start[]> {
  const starts = await allStarts(namespace, claimOf(model));
  return starts.filter(start => start.model === model && start.run === run);
}

/** Every start of all played runs whose artifacts lie on a claim, each run's in order. */
export function allStarts(namespace: string, claim: string): Promise<Start[]> {
  const script = `import { glob, readFile } from 'node:fs/promises';
    const starts = [];
    for await (const path of glob('*/*/starts.log', { cwd: '/artifacts' })) {
      const [model, run] = path.split('/');
      const lines = (await readFile('/artifacts/' + path, 'utf8')).split('\\n').filter(line => line !== '');
      starts.push(...lines.map(line => ({ model, run, ...JSON.parse(line) })));
    }
    tell(starts);`;
  return runInCluster(namespace, script, { claim });
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
