/**
 * The number of pairs in two series that are compared element by element.
 * @throws RangeError when they differ in length or are empty: no statistic of them would mean anything.
 */
export function pairCount(left: ArrayLike<unknown>, right: ArrayLike<unknown>): number {
  if (left.length !== right.length) {
    throw new RangeError(`paired series differ in length: ${left.length} and ${right.length}`);
  }
  if (left.length === 0) throw new RangeError('paired series are empty');
  return left.length;
}
