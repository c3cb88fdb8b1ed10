/**
 * Creates the build context of the test image: node test/e2e/image/build.ts dist/e2e, then
 * `docker build --tag bellwether-test:dev dist/e2e` with --build-arg BELLWETHER_IMAGE=….
 */
import { cp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
const folder = resolve(process.argv[2] ?? join(root, 'dist/e2e'));
const sample = '@observablehq/sample-datasets/aapl.csv';

await rm(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/e2e/image/main.ts'],
  outdir: join(folder, 'bundle'),
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  define: { BELLWETHER_VERSIONS: '{}', 'import.meta.main': 'false' },
  logLevel: 'warning',
});
await cp(fileURLToPath(import.meta.resolve(sample)), join(folder, 'bundle', sample));
await cp(join(import.meta.dirname, 'Dockerfile'), join(folder, 'Dockerfile'));
