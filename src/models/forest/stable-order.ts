/**
 * The indices of `values` by value, equal ones in their own order: bottom-up merge sort. Several times faster
 * than the built-in sort of typed arrays, which calls a comparator.
 * @param values no NaN among them.
 */
export function stableOrder(values: Float64Array): Uint32Array {
  const count = values.length;
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) merge(values, from, to, start, width);
    [from, to] = [to, from];
  }
  return from;
}

/** Merges the sorted runs `[start, start + width)` and the one after it, each cut at the end of the array. */
function merge(values: Float64Array, from: Uint32Array, to: Uint32Array, start: number, width: number): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft = right === end || (left < middle && values[from[left]!]! <= values[from[right]!]!);
    to[at] = takeLeft ? from[left++]! : from[right++]!;
  }
}
