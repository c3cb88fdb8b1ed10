import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { generatedFiles } from '../../src/crd/files.ts';
import { definitions } from './schemas.ts';

const root = join(import.meta.dirname, '../..');
/** `kubectl apply` stores the object in an annotation; all annotations together may have 262,144 bytes. */
const maximumBytes = 120_000;

describe('generated files', () => {
  for (const [path, text] of generatedFiles()) {
    it(`${path} matches the schemas`, async () => {
      assert.equal(await readFile(join(root, path), 'utf8'), text, "run 'make generate'");
    });

    it(`${path} is small enough for a plain kubectl apply`, () => {
      assert.ok(Buffer.byteLength(text) <= maximumBytes, `${Buffer.byteLength(text)} bytes`);
    });
  }

  it('contain the complete definitions', () => {
    for (const { kind, crd } of definitions) {
      const text = generatedFiles().get(`manifests/crds/${kind.plural}.yaml`) ?? '';
      assert.deepEqual(load(text), JSON.parse(JSON.stringify(crd)));
    }
  });
});
