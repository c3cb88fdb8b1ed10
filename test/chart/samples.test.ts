/** The sample objects match the schemas of the CustomResourceDefinitions. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { modelSchema } from '../../src/api/model.ts';
import { trainingRunSchema } from '../../src/api/training-run.ts';

const folder = join(import.meta.dirname, '../../manifests/samples');
const sampleSchema = z.discriminatedUnion('kind', [trainingRunSchema, modelSchema]);

describe('samples', () => {
  for (const file of readdirSync(folder)) {
    it(`${file} is valid`, () => {
      const objects = loadAll(readFileSync(join(folder, file), 'utf8'));
      assert.ok(objects.length > 0);
      for (const object of objects) {
        const { error } = sampleSchema.safeParse(object);
        assert.equal(error, undefined, error && z.prettifyError(error));
      }
    });
  }
});
