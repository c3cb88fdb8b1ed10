/** The result of a soak as Markdown, and its failures. */
import type { MixedLoadReport } from '../image/mixed-load.ts';
import type { ProcessMemory } from './process-metrics.ts';
import { slopeOf } from './slope.ts';

export type Series = (ProcessMemory & { readonly hours: number })[];

export interface SoakResult {
  readonly minutes: number;
  readonly warmUpMinutes: number;
  /** MB per hour. */
  readonly limitPerHour: number;
  readonly series: Readonly<Record<'operator' | 'server', Series>>;
  readonly load: MixedLoadReport;
  readonly faults: Readonly<Record<string, number>>;
  /** YYYY-MM-DD. */
  readonly date: string;
}

export interface SoakReport {
  readonly text: string;
  readonly failures: readonly string[];
}

export function soakReport(result: SoakResult): SoakReport {
  const { minutes, warmUpMinutes, limitPerHour, load, faults, date } = result;
  const failures: string[] = [];
  const rows = Object.entries(result.series).map(([name, series]) => {
    const settled = series.filter(({ hours }) => hours * 60 >= warmUpMinutes);
    const { perHour, standardError, first, last, samples } = slopeOf(settled);
    if (new Set(series.map(({ startedAt }) => startedAt)).size > 1) failures.push(`${name} was restarted`);
    const met = perHour <= limitPerHour;
    if (!met) failures.push(`${name} grows by ${perHour.toFixed(2)} MB per hour`);
    const peak = Math.max(...series.map(({ megabytes }) => megabytes));
    return [
      name,
      samples,
      `${first.toFixed(1)} MB`,
      `${last.toFixed(1)} MB`,
      `${peak.toFixed(1)} MB`,
      `${perHour.toFixed(2)} ± ${standardError.toFixed(2)} MB/h`,
      met ? 'met' : 'missed',
    ].join(' | ');
  });
  const counts = (byName: Readonly<Record<string, number>>) =>
    Object.entries(byName)
      .map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`)
      .join(', ');
  if (load.wrong > 0) failures.push(`${load.wrong} predictions changed`);
  failures.push(...load.unexpected);
  const text = `Measured on ${date} for ${minutes.toFixed(0)} minutes; the line is fitted to the samples after the first ${warmUpMinutes}. The
limit is ${limitPerHour} MB per hour.

| process | samples | line at its begin | at its end | highest sample | slope ± standard error | limit |
|---|---|---|---|---|---|---|
${rows.map(row => `| ${row} |`).join('\n')}

Requests by status: ${Object.entries(load.counts)
    .map(([kind, byStatus]) => `${kind}: ${counts(byStatus)}`)
    .join('; ')}. Predictions that differ from the
first of the same version: ${load.wrong}.

Failures between operator and API server: ${counts(faults)}.
`;
  return { text, failures };
}
