/** Generated operations: the API server and zod agree on every value, and a sample of changes ends as a birth does. */
import assert from 'node:assert/strict';
import { apiVersion } from '../../src/api/group.ts';
import { modelSchema } from '../../src/api/model.ts';
import { pathMessage, trainingRunSchema } from '../../src/api/training-run.ts';
import { models, trainingRuns } from '../../src/controller/resources.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { casesOf } from '../../support/operations/cases.ts';
import { schemaOf } from '../crd/schemas.ts';
import { refusalsOf } from './harness/dry-run.ts';

const kinds = [
  { type: trainingRuns, schema: trainingRunSchema },
  { type: models, schema: modelSchema },
];

describe('generated operations', () => {
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('operations');
  });

  after(async () => {
    await deleteNamespace(namespace);
  });

  for (const { type, schema } of kinds) {
    it(`every value of every field of a ${type.kind} has the same verdict from the API server and zod`, async () => {
      const { kind } = type;
      const cases = casesOf(schemaOf(kind));
      const objects = cases.map(({ spec }) => ({ apiVersion, kind, metadata: { name: 'sample' }, spec }));
      const verdicts = await refusalsOf(namespace, type, objects);
      const wrong = cases.flatMap(({ at, what, wrong }, index) => {
        const refusal = verdicts[index] ?? null;
        const isTaken = schema.safeParse(objects[index]).success;
        // Zod accepts such lists, which objects of earlier versions may have, and a path, which local runs have.
        const isForClusters = wrong === 'duplicate key' || refusal?.includes(pathMessage);
        const agrees = isTaken === (refusal === null) || isForClusters;
        const isExpected = (refusal === null) === (wrong === null);
        const namesField = refusal === null || refusal.includes(at);
        return agrees && isExpected && namesField ? [] : [`${at} (${what}): ${refusal ?? 'accepted'}`];
      });
      assert.deepEqual(wrong, []);
    });
  }
});
