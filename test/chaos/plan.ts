/** The seeded order in which faults fall. */
import type { Random } from '../../src/models/random.ts';

export interface Weighted {
  readonly weight?: number;
}

/** Draws without replacement until all are drawn, in proportion to their weights, then again: rare kinds fall too. */
export function* shuffledForEver<T extends Weighted>(
  items: readonly T[],
  random: Random,
): Generator<T, never> {
  const smallest = Math.min(...items.map(({ weight = 1 }) => weight));
  if (items.length === 0) throw new RangeError('nothing to draw from');
  const bag = items.flatMap(item =>
    Array.from({ length: Math.round((item.weight ?? 1) / smallest) }, () => item),
  );
  for (;;) {
    // Weights of sorting: each permutation is equally likely.
    const keyed = bag.map(item => ({ item, key: random.uniform() }));
    for (const { item } of keyed.sort((a, b) => a.key - b.key)) yield item;
  }
}
