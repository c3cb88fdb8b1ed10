/**
 * How far the shares a of one sample are from the shares e of another, bin by bin: `Σ (a − e) · ln(a / e)` (Siddiqi,
 * Credit Risk Scorecards, Wiley, 2006). 0 for equal shares, else positive; symmetric. An empty bin counts as
 * half a row, since its logarithm would be infinite.
 *
 * Of samples of N and M rows that differ by chance alone it is distributed like (1/N + 1/M) times a chi-square with one
 * degree of freedom less than there are bins (Yurdakul, Statistical Properties of Population Stability Index, Western
 * Michigan University, 2018): with few rows it is noise.
 *
 * @param actual rows in each bin.
 * @param expected rows in each of the same bins.
 * @throws RangeError when the bins differ in number, or a sample has no rows.
 */
export function populationStabilityIndex(actual: Uint32Array, expected: Uint32Array): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`${actual.length} bins cannot be compared with ${expected.length}`);
  }
  const actualRows = total(actual);
  const expectedRows = total(expected);
  let index = 0;
  for (let bin = 0; bin < actual.length; bin++) {
    const a = Math.max(actual[bin]!, emptyBin) / actualRows;
    const e = Math.max(expected[bin]!, emptyBin) / expectedRows;
    index += (a - e) * Math.log(a / e);
  }
  return index;
}

const emptyBin = 0.5;

function total(counts: Uint32Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  if (sum === 0) throw new RangeError('a sample without rows has no shares');
  return sum;
}
