import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Feature } from '../../../src/api/artifacts.ts';
import { meanBooster } from '../../../src/models/booster/booster.ts';
import { trainForest } from '../../../src/models/forest/train-forest.ts';
import { Random } from '../../../src/models/random.ts';
import { featureImportances } from '../../../src/pipeline/evaluate/importances.ts';
import { fromRows } from '../../../support/matrix.ts';
import { runHere } from '../../../support/run-here.ts';

const feature = (name: string): Feature => ({
  name,
  description: name,
  unit: 'none',
  minimum: null,
  maximum: null,
  lookback: 1,
});

describe('featureImportances', () => {
  it('names every feature and finds the one that the classes come from', async () => {
    const random = new Random(1);
    const x = fromRows(Array.from({ length: 200 }, () => [random.uniform(), random.uniform()]));
    const actualRisk = Uint8Array.from({ length: 200 }, (_, row) => Math.floor(3 * x.values[2 * row]!));
    const forest = await trainForest(
      x,
      actualRisk,
      { trees: 9, maxDepth: 4, minimumLeafRows: 3, featureFraction: 1, sampling: 'Bootstrap', seed: 1 },
      runHere,
    );
    const { regression, classification } = featureImportances(
      [feature('cause'), feature('noise')],
      x,
      { actualReturn: new Float64Array(200).fill(0.01), actualRisk },
      { booster: meanBooster(2, 0.001), forest },
      1,
    );
    // The mean looks at nothing.
    deepEqual(regression, [
      { feature: 'cause', increase: 0, deviation: 0 },
      { feature: 'noise', increase: 0, deviation: 0 },
    ]);
    const [cause, noise] = classification;
    equal(cause!.feature, 'cause');
    ok(cause!.deviation > 0, 'several permutations');
    ok(cause!.increase > 0.4 && Math.abs(noise!.increase) < 0.1, JSON.stringify(classification));
  });
});
