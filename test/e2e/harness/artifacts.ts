/** The files on a Model's volume, read by a pod in the cluster. */
import type { StageName } from '../../../src/api/artifacts.ts';
import { runInCluster } from '../../../support/cluster/pod.ts';

/** One start of a fake stage. */
export interface Start {
  readonly model: string;
  readonly run: string;
  readonly stage: StageName;
  /** The pod's name. */
  readonly pod: string;
  readonly time: string;
}

/** Every start of a run's fake stages, in order. */
export async function startsOf(namespace: string, model: string, run: string): Promise<Start[]> {
  const starts = await allStarts(namespace, claimOf(model));
  return starts.filter(start => start.model === model && start.run === run);
}

/** Every start of all fake stages whose artifacts are on a claim; in order within each run. */
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

/** A file of a manifest: the listed digest and the actual one. */
export interface Verified {
  /** Relative to the Model's folder. */
  readonly path: string;
  readonly listed: string;
  readonly actual: string;
}

/** Computes the SHA-256 of every file listed in the manifests below a folder of the Model. */
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

/** Flips one byte in the middle of a file of the Model; a second call restores it. */
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
