// @ts-check

/** About a month of trading days. */
const page = 21;

/**
 * Where a key leads, or null where it is none of a slider's.
 * @param {string} key
 * @param {number} index
 * @param {readonly [number, number]} ends first and last of what is shown
 */
export function indexAfter(key, index, [first, last]) {
  const targets = new Map([
    ['ArrowLeft', index - 1],
    ['ArrowDown', index - 1],
    ['ArrowRight', index + 1],
    ['ArrowUp', index + 1],
    ['PageDown', index - page],
    ['PageUp', index + page],
    ['Home', first],
    ['End', last],
  ]);
  const target = targets.get(key);
  return target === undefined ? null : Math.max(first, Math.min(last, target));
}
