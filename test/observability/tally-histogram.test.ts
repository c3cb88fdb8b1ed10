import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { emptyTally, tallyValue } from '../../src/observability/tally.ts';
import { TallyHistogram } from '../../src/observability/tally-histogram.ts';

const bounds = [-0.5, 0, 0.25, 1];
const described = { name: 'some_values', help: 'Some values' };

function tallyHistogram() {
  const registry = new Registry();
  return { registry, histogram: new TallyHistogram({ ...described, bounds, registry }) };
}

describe('TallyHistogram', () => {
  const value = fc.oneof(fc.constantFrom(...bounds), fc.double({ min: -2, max: 2, noNaN: true }));

  it("has the same output as prom-client's histogram", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), async values => {
        const { registry, histogram } = tallyHistogram();
        const theirs = new Registry();
        const expected = new Histogram({ ...described, buckets: bounds, registers: [theirs] });
        for (const each of values) {
          histogram.observe(each);
          expected.observe(each);
        }
        assert.equal(await registry.metrics(), await theirs.metrics());
      }),
    );
  });

  it('adds the tallies of others', async () => {
    const { registry, histogram } = tallyHistogram();
    histogram.observe(0.25);
    const elsewhere = emptyTally(bounds);
    for (const each of [-2, 0.25, 0.5, 3]) tallyValue(elsewhere, bounds, each);
    histogram.add(elsewhere);
    histogram.add(emptyTally(bounds));
    const lines = (await registry.metrics()).trim().split('\n').slice(2);
    assert.deepEqual(lines, [
      'some_values_bucket{le="-0.5"} 1',
      'some_values_bucket{le="0"} 1',
      'some_values_bucket{le="0.25"} 3',
      'some_values_bucket{le="1"} 4',
      'some_values_bucket{le="+Inf"} 5',
      'some_values_sum 2',
      'some_values_count 5',
    ]);
  });
});
