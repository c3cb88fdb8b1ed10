// @ts-check
/** Where days of one class lie along a chart. */

/**
 * Runs of days of one class, `end` not among them; unknown ones have none.
 * @param {readonly (number | null)[]} risk
 */
export function bandsOf(risk) {
  const bands = [];
  for (let start = 0, end = 0; start < risk.length; start = end) {
    while (end < risk.length && risk[end] === risk[start]) end++;
    const level = risk[start];
    if (level != null) bands.push({ level, start, end });
  }
  return bands;
}

/**
 * Where the band of point `i` begins, and that of the one before it ends.
 * @param {ArrayLike<number>} times
 * @param {number} i up to the number of points
 */
export function bandStart(times, i) {
  const last = times.length - 1;
  const before = times[Math.max(0, i - 1)] ?? 0;
  const here = times[Math.min(i, last)] ?? 0;
  if (before !== here) return (before + here) / 2;
  // Outermost: as far beyond the point as its own neighbour's band lies on the other side.
  const half = (i === 0 ? (times[1] ?? here) - here : here - (times[last - 1] ?? here)) / 2;
  return i === 0 ? here - half : here + half;
}
