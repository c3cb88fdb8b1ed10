/**
 * Bundles every program and its worker threads into `dist/` (or the folder named on the command line), with the files
 * they read beside them: all that runs, without `node_modules`. Parts that several programs use are chunks of their
 * own, so that each program loads what it needs. Names of functions and classes stay, for readable stack traces.
 */
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { stageNames } from '../src/api/artifacts.ts';
import type { CodeVersions } from '../src/package-files.ts';
import { codeVersion } from '../src/pipeline/code-version.ts';
import { loadStage } from '../src/pipeline/stages.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { clientNodeStubs } from './client-node-stubs.ts';

const root = join(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, 'dist'));

/** Bundles that are started: their names in `dist/` and their sources. */
const entryPoints = {
  bellwether: 'cmd/bellwether.ts',
  'pipeline/training-worker': 'src/pipeline/training-worker.ts',
  'serving/batch/worker': 'src/serving/batch/worker.ts',
};

/** Data files of packages, read under these names (src/package-files.ts). */
const dependencyFiles = [
  '@observablehq/sample-datasets/aapl.csv',
  'uplot/dist/uPlot.iife.min.js',
  'uplot/dist/uPlot.min.css',
];

/** What CommonJS packages take for granted; chunks lie in `dist/` itself, and so do the files they look for. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`;

const versions = await codeVersions();

await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: folder,
  entryNames: '[dir]/[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  define: { BELLWETHER_VERSIONS: JSON.stringify(versions) },
  // Computes versions from sources, which the bundles carry already.
  external: ['esbuild'],
  banner: { js: banner },
  plugins: [clientNodeStubs],
  metafile: true,
  logLevel: 'warning',
});

await cp(join(root, 'src/web'), join(folder, 'web'), {
  recursive: true,
  filter: path => !/\.(ts|json)$/.test(path),
});
for (const specifier of dependencyFiles) {
  await cp(fileURLToPath(import.meta.resolve(specifier)), join(folder, specifier));
}
const xgboost = dirname(fileURLToPath(import.meta.resolve('ml-xgboost/dist/wasm/xgboost.js')));
await cp(join(xgboost, 'xgboost.wasm'), join(folder, 'xgboost.wasm'));
// `type` marks the bundles as modules; without it Node parses each of them twice.
const { name, version, license, type } = manifest;
await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type })}\n`);

await writeFile(join(folder, 'sbom.cdx.json'), await billOfMaterials(root, bundledFiles(metafile)));

process.stdout.write(`${folder}: ${versions.program}, ${await summary(metafile)}\n`);

/** Files of which something is in the bundles or beside them. */
function bundledFiles({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs));
  return [
    ...inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
    ...dependencyFiles.map(specifier => `node_modules/${specifier}`),
  ];
}

async function codeVersions(): Promise<CodeVersions> {
  const stages = await Promise.all(
    stageNames.map(async name => [name, await codeVersion(await loadStage(name))] as const),
  );
  return { program: await programVersion(), stages: Object.fromEntries(stages) as CodeVersions['stages'] };
}

/** Over every file of the programs: any change of the sources or of the locked packages changes it. */
async function programVersion(): Promise<string> {
  const hash = createHash('sha256');
  const files = await Promise.all(
    ['cmd', 'src'].map(folder => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  const paths = files.flat().filter(entry => entry.isFile());
  for (const path of [
    ...paths.map(entry => join(entry.parentPath, entry.name)).sort(),
    join(root, 'package-lock.json'),
  ]) {
    hash
      .update(relative(root, path))
      .update('\0')
      .update(await readFile(path))
      .update('\0');
  }
  return `${manifest.version}+${hash.digest('hex').slice(0, 12)}`;
}

async function summary({ outputs }: Metafile): Promise<string> {
  const sizes = await Promise.all(
    Object.keys(outputs).map(async path => (await stat(join(root, path))).size),
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  return `${sizes.length} bundles of ${kilobytes.toFixed(0)} kB together`;
}
