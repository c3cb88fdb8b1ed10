import { deepEqual, ok } from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders and single files of `src/`, and `cmd/`, in layers. A module imports modules of its own folder and of the
 * layers above its own in this list; imports of types count. Circles of modules are the linter's (noImportCycles).
 */
const layers = [
  ['backoff.ts', 'canonical-json.ts', 'failure.ts'],
  ['api'],
  ['crd', 'kubernetes', 'options.ts', 'package-files.ts', 'workers'],
  ['http'],
  ['config.ts', 'market', 'models', 'web'],
  ['features', 'observability'],
  ['report'],
  ['pipeline'],
  ['controller', 'local', 'serving'],
  ['cmd'],
];

const root = join(import.meta.dirname, '..');
/** Static and dynamic imports, exports from other modules, and the `@import` comments of JavaScript. */
const importPattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)'(\.[^']+)'/g;

function unitOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second : top;
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(importPattern)].map(([, specifier = '']) => join(path, '..', specifier));
}

describe('the layers of the sources', () => {
  const layerOf = (unit: string) => layers.findIndex(layer => layer.includes(unit));
  const files = globSync('{src,cmd}/**/*.{ts,js}', { cwd: root });

  it('list every folder', () => {
    const units = new Set(files.map(unitOf));
    deepEqual([...units].sort(), layers.flat().sort());
  });

  it('are found by a scan that sees imports of types, dynamic imports and those in comments of JavaScript', () => {
    ok(importsOf('src/features/compute.ts').includes('src/models/matrix.ts'));
    ok(importsOf('src/pipeline/stages.ts').includes('src/pipeline/fetch.ts'));
    ok(importsOf('src/web/report.js').includes('src/web/report-data.ts'));
  });

  it('are not imported from below', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(path => /^(src|cmd|test|support|bench|scripts)\//.test(path))
        .filter(path => unitOf(path) !== unitOf(file))
        .filter(
          path =>
            (!path.startsWith('src/') && !path.startsWith('cmd/')) ||
            layerOf(unitOf(path)) >= layerOf(unitOf(file)),
        )
        .map(path => `${file} imports ${path}`),
    );
    deepEqual(wrong, []);
  });
});
