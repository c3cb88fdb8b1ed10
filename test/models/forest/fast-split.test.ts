import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withFastSplits } from '../../../src/models/forest/fast-split.ts';
import { type LibraryOptions, trainLibrary } from '../../../support/library-forest.ts';
import { fromRows } from '../../../support/matrix.ts';
import { riskSample } from '../../../support/risk-sample.ts';

type Training = Parameters<typeof trainLibrary>;

/** Both ways of training give the same forest, node by node, gains and leftovers included. */
function assertSameForest(...training: Training): void {
  const original = trainLibrary(...training);
  const fast = withFastSplits(() => trainLibrary(...training));
  assert.deepEqual(JSON.parse(JSON.stringify(fast)), JSON.parse(JSON.stringify(original)));
}

/** Few distinct values, so that rows tie, and neighbouring doubles, whose mean is one of them. */
const tyingValue = fc.constantFrom(0, -0, 1, 2, 3, 1 + Number.EPSILON, Number.MIN_VALUE, -1.5);
const wideValue = fc.double({ noNaN: true, noDefaultInfinity: true });
const plainValue = fc.double({ min: -1, max: 1, noNaN: true });

function data(value: fc.Arbitrary<number>, label: fc.Arbitrary<number>) {
  return fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 40 })).chain(([columns, rows]) =>
    fc.record({
      rows: fc.array(fc.array(value, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
      labels: fc.array(label, { minLength: rows, maxLength: rows }),
    }),
  );
}

const options: fc.Arbitrary<LibraryOptions> = fc.record({
  nEstimators: fc.constant(3),
  seed: fc.integer(),
  maxFeatures: fc.constantFrom(0.6, 1),
  replacement: fc.boolean(),
  useSampleBagging: fc.boolean(),
  treeOptions: fc.record({
    maxDepth: fc.integer({ min: 1, max: 8 }),
    minNumSamples: fc.integer({ min: 1, max: 5 }),
    gainThreshold: fc.constantFrom(0, 0.01, 0.1),
  }),
});

describe('withFastSplits', () => {
  const label = fc.integer({ min: 0, max: 2 });
  const cases = {
    'plain values': data(plainValue, label),
    'values that tie': data(tyingValue, label),
    'values up to the largest doubles': data(wideValue, label),
    'two classes': data(tyingValue, fc.constantFrom(0, 2)),
    'more classes than it knows': data(tyingValue, fc.integer({ min: 0, max: 5 })),
  };
  for (const [name, arbitrary] of Object.entries(cases)) {
    it(`grows the same trees on ${name}`, () => {
      fc.assert(
        fc.property(arbitrary, options, ({ rows, labels }, chosen) => {
          // One feature of one cannot be had by a fraction.
          const maxFeatures = rows[0]!.length === 1 ? 1 : chosen.maxFeatures!;
          assertSameForest(fromRows(rows), labels, { ...chosen, maxFeatures });
        }),
        { numRuns: 150 },
      );
    });
  }

  it('grows the same trees on real data', () => {
    const { x, labels } = riskSample().train;
    const treeOptions = { maxDepth: 8, minNumSamples: 3 };
    assertSameForest(x, labels, {
      nEstimators: 4,
      seed: 7,
      maxFeatures: 0.6,
      replacement: false,
      treeOptions,
    });
    const unbagged = { nEstimators: 2, seed: 8, useSampleBagging: false, replacement: false, treeOptions };
    assertSameForest(x, labels, unbagged);
  });

  it('leaves values that are no numbers to the library', () => {
    const rows = [[1], [Number.NaN], [3], [Number.POSITIVE_INFINITY], [5], [-6]];
    assertSameForest(fromRows(rows), [0, 1, 0, 2, 1, 1], { nEstimators: 2, maxFeatures: 1 });
  });

  it('gives the library back as it was, after a failure too', () => {
    const root = () => trainLibrary(fromRows([[0], [1]]), [0, 1], { nEstimators: 1 }).toJSON();
    const trainOf = () => Object.getPrototypeOf(root().baseModel.estimators[0]!.root).train;
    const before = trainOf();
    assert.notEqual(withFastSplits(trainOf), before);
    assert.equal(trainOf(), before);
    assert.throws(() =>
      withFastSplits(() => {
        throw new Error('on purpose');
      }),
    );
    assert.equal(trainOf(), before);
  });
});
