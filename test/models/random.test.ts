import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Random } from '../../src/models/random.ts';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());

describe('Random', () => {
  // From a C program: the authors' xoshiro128starstar.c, its state filled by MurmurHash3's finalizer.
  const reference: [seed: number, stream: number, values: number[]][] = [
    [1, 0, [1943057697, 4129000852, 551084717, 4165748975, 273568464]],
    [1, 1, [3005429052, 647082168, 1470198332, 1989636915, 2272527378]],
    [0, 0, [4187458251, 2444602982, 3872279642, 1301277917, 3522596180]],
    [2147483647, 7, [3732177454, 81890943, 3755151458, 1579318333, 1013552817]],
  ];
  for (const [seed, stream, values] of reference) {
    it(`returns the reference numbers for seed ${seed}, stream ${stream}`, () => {
      deepEqual(draw(new Random(seed, stream), 5), values);
    });
  }

  it('draws whole numbers below a bound about equally often', () => {
    const random = new Random(3);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[random.below(6)]! += 1;
    // Chi-squared with 5 degrees of freedom: 20.5 is its 99.9 % point.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    ok(chiSquared < 20.5, `chi-squared ${chiSquared} for ${counts}`);
  });

  it('draws uniform numbers in [0, 1)', () => {
    const random = new Random(4);
    const values = Array.from({ length: 10_000 }, () => random.uniform());
    ok(values.every(value => value >= 0 && value < 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    ok(Math.abs(mean - 0.5) < 0.015, `mean ${mean}`);
  });

  for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
    it(`refuses the bound ${bound}`, () => {
      throws(() => new Random(1).below(bound), /bound must be a whole number/);
    });
  }

  it('shuffles every item to a new order, the same one for the same seed', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = new Random(5).shuffle([...items]);
    notDeepEqual(shuffled, items);
    deepEqual(
      shuffled.toSorted((a, b) => a - b),
      items,
    );
    deepEqual(new Random(5).shuffle([...items]), shuffled);
    deepEqual([...new Random(5).shuffle(Uint8Array.from(items))], shuffled);
  });

  it('shuffles all orders of three about equally often', () => {
    const random = new Random(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    equal(counts.size, 6);
    for (const [order, count] of counts) ok(Math.abs(count - 1000) < 120, `${order}: ${count}`);
  });
});
