/** Durations and steps as Grafana has them. */

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** @throws Error for what is no duration such as `30s` or `7d`. */
export function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`no duration: ${duration}`);
  return Number(count) * unitSeconds[unit]!;
}

const roundSteps = [
  ...[1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800],
  ...[1, 2, 3, 6, 12, 24].map(hours => hours * 3600),
];

/**
 * Seconds between two points: a round number, such that there are no more points than can be seen.
 * @param least seconds; no step is smaller
 */
export function stepOf(seconds: number, points: number, least: number): number {
  const wanted = Math.max(seconds / points, least);
  return roundSteps.find(step => step >= wanted) ?? roundSteps.at(-1)!;
}
