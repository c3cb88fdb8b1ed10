/** ml-cart's Gini gain of a split, from class counts, to the last bit. */

/** Rows of each of the three classes. */
export type ClassCounts = readonly [number, number, number];

/** How much purer the two sides are than the whole; the sides add up to the whole, which is not empty. */
export function giniGain(whole: ClassCounts, lesser: ClassCounts, greater: ClassCounts): number {
  const rows = total(whole);
  const split =
    (giniImpurity(greater) * total(greater)) / rows + (giniImpurity(lesser) * total(lesser)) / rows;
  return giniImpurity(whole) - split;
}

/**
 * A bound on the rounding error in the difference of two gains over the same `rows` rows, each from
 * `giniGain` or in closed form. In units of 2^-53: a share is a sum of at most `rows` terms and off by so
 * many units, its square by twice as many, relative to itself; the squares of a side add up to at most 1,
 * and the sides' weights to 1. So a gain is off by about 2 rows units, a difference by 4 rows units. This
 * is 9 for each row and some for the rest.
 */
export function gainErrorBound(rows: number): number {
  return (rows + 8) * 1e-15;
}

const total = (counts: ClassCounts) => counts[0] + counts[1] + counts[2];

function giniImpurity(counts: ClassCounts): number {
  const rows = total(counts);
  if (rows === 0) return 0;
  let sum = 0;
  for (const count of counts) {
    const share = shareOf(count, rows);
    sum += share * share;
  }
  return 1 - sum;
}

/** count / rows as ml-cart has it: 1 / rows added once for each row. */
function shareOf(count: number, rows: number): number {
  const step = 1 / rows;
  let share = 0;
  for (let i = 0; i < count; i++) share += step;
  return share;
}
