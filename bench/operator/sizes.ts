/** The sizes of the CRDs and of the image's layers. CONTAINER (docker, podman or buildah) has the image BENCH_IMAGE. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { execute } from '../../support/cluster/kubectl.ts';
import { against, table } from '../lib/figures.ts';
import { image } from './lib/image.ts';

const definitions = join(import.meta.dirname, '../../charts/bellwether/files/crds');
const targets = { definitionKilobytes: 70, addedMegabytes: 120 };

interface Layer {
  /** The instruction that created it. */
  readonly createdBy: string;
  /** Uncompressed size. */
  readonly bytes: number;
}

/** As YAML, and as JSON, which `kubectl apply` stores in an annotation. */
async function showDefinitions(): Promise<void> {
  const rows = [];
  for (const file of (await readdir(definitions)).sort()) {
    const yaml = await readFile(join(definitions, file), 'utf8');
    const [written, json] = [yaml, JSON.stringify(load(yaml))].map(text => Buffer.byteLength(text) / 1000);
    const largest = Math.max(written ?? 0, json ?? 0);
    rows.push([
      file,
      `${written?.toFixed(1)} kB`,
      `${json?.toFixed(1)} kB`,
      against(largest, targets.definitionKilobytes, 'kB'),
    ]);
  }
  console.log(table([['definition', 'YAML', 'JSON', ''], ...rows]));
}

/** The layers of the image, lowest first, from the first engine that has the image. */
async function layers(): Promise<Layer[]> {
  const { CONTAINER } = process.env;
  const engines = CONTAINER === undefined ? ['docker', 'podman', 'buildah'] : [CONTAINER];
  for (const engine of engines) {
    const found = await (engine === 'buildah' ? fromBuildah() : fromHistory(engine)).catch(() => null);
    if (found !== null) return found;
  }
  throw new Error(`${engines.join(', ')}: none has image ${image}: build it or set BENCH_IMAGE`);
}

async function fromHistory(engine: string): Promise<Layer[]> {
  const format = '{{.Size}} {{.CreatedBy}}';
  const text = await execute(engine, ['history', '--human=false', '--no-trunc', '--format', format, image]);
  const lines = text.trim().split('\n').reverse();
  return lines.map(line => {
    const [, bytes, createdBy = ''] = /^(\d+)B? (.*)$/.exec(line) ?? [];
    return { createdBy, bytes: Number(bytes) };
  });
}

async function fromBuildah(): Promise<Layer[]> {
  const inspected = JSON.parse(await execute('buildah', ['inspect', '--type', 'image', image]));
  const sizes: { size: number }[] = JSON.parse(inspected.Manifest).layers;
  const steps: { created_by: string; empty_layer?: boolean }[] = inspected.OCIv1.history;
  const createdBy = steps.filter(step => step.empty_layer !== true).map(step => step.created_by);
  return sizes.map(({ size }, index) => ({ createdBy: createdBy[index] ?? '', bytes: size }));
}

async function showImage(): Promise<void> {
  const all = (await layers()).filter(({ bytes }) => bytes > 0);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const ours = all.filter(({ createdBy }) => createdBy.includes('/bellwether'));
  const added = ours.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = all.map(layer => [
    layer.createdBy.replace(/\s+/g, ' ').slice(0, 60),
    megabytes(layer.bytes),
    ours.includes(layer) ? "the project's" : "the base image's",
  ]);
  console.log(table([[`layer of ${image}, uncompressed`, 'size', ''], ...rows]));
  console.log(`the project adds ${megabytes(added)}: ${against(added / 1e6, targets.addedMegabytes, 'MB')}`);
}

await showDefinitions();
console.log('');
await showImage().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
