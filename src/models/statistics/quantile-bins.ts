/** Bins with about equal shares of a sample, unbounded at both ends. */

/**
 * The upper ends of at most `bins` bins, ascending; the last bin has none. They are order statistics of the sample (its
 * quantiles by Hyndman and Fan, "Sample quantiles in statistical packages", 1996, type 1). Where values repeat there are
 * fewer bins, so that none is without a value of the sample.
 * @throws RangeError when there are no values.
 */
export function quantileEdges(values: Float64Array, bins: number): number[] {
  const rows = values.length;
  if (rows === 0) throw new RangeError('quantiles need at least one value');
  const sorted = values.toSorted();
  const edges: number[] = [];
  for (let k = 1; k < bins; k++) {
    const edge = sorted[Math.ceil((k * rows) / bins) - 1]!;
    if (edge !== edges.at(-1) && edge < sorted[rows - 1]!) edges.push(edge);
  }
  return edges;
}

/** The bin of a value: the first whose upper end is not below it, else the last, number `edges.length`. */
export function binOf(edges: readonly number[], value: number): number {
  let bin = 0;
  while (bin < edges.length && value > edges[bin]!) bin++;
  return bin;
}

/** How many of the values each of the `edges.length + 1` bins holds. */
export function binCounts(edges: readonly number[], values: Float64Array): Uint32Array {
  const counts = new Uint32Array(edges.length + 1);
  for (const value of values) counts[binOf(edges, value)]! += 1;
  return counts;
}
