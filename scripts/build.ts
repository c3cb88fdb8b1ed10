/**
 * Bundles every program and its worker threads into `dist/` (or the folder named on the command line), with the files
 * they read beside them: all that runs, without `node_modules`. Parts that several programs use are chunks of their
 * own, so that each program loads what it needs. Names of functions and classes stay, for readable stack traces.
 */
import { cp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { codeVersion } from '../src/pipeline/code-version.ts';

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
  define: { BELLWETHER_CODE_VERSION: JSON.stringify(codeVersion()) },
  banner: { js: banner },
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
// Says that the bundles are modules: without it Node would parse each twice to find out.
const { name, version, license, type } = manifest;
await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type })}\n`);

process.stdout.write(`${folder}: ${codeVersion()}, ${await summary(metafile)}\n`);

async function summary({ outputs }: Metafile): Promise<string> {
  const sizes = await Promise.all(
    Object.keys(outputs).map(async path => (await stat(join(root, path))).size),
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  return `${sizes.length} bundles of ${kilobytes.toFixed(0)} kB together`;
}
