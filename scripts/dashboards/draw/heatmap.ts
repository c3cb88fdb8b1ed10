/** The buckets of a histogram over time: the more in a cell, the stronger its colour. */
import { type Html, html } from '../../../src/web/html.js';
import type { CollectedPanel } from '../collect.ts';
import { formatted } from '../page/units.js';
import { emptyText } from './series.ts';
import { drawTimeAxis } from './time-axis.ts';

interface Bucket {
  /** Upper bound. */
  readonly le: number;
  readonly counts: readonly number[];
}

export function drawHeatmap(collected: CollectedPanel): Html {
  const { panel, range } = collected;
  const buckets = bucketsOf(collected);
  if (buckets.length === 0) return html`<div class="empty">${emptyText(panel)}</div>`;
  const most = Math.max(...buckets.flatMap(({ counts }) => counts));
  const columns = buckets[0]!.counts.length;
  const { unit = 'none', decimals } = panel.options.yAxis ?? {};
  const top = buckets.length - 1;
  const cells = buckets.flatMap(({ counts }, row) =>
    counts.map((count, x) =>
      count < 0.5
        ? html``
        : html`<rect x="${x}" y="${top - row}" width="0.92" height="0.92" opacity="${strength(count, most)}"/>`,
    ),
  );
  const labels = buckets.map(({ le }, row) => {
    const place = (((top - row) / buckets.length) * 100).toFixed(2);
    return html`<span style="top: ${place}%">${Number.isFinite(le) ? formatted(le, unit, decimals) : '+Inf'}</span>`;
  });
  return html`<div class="heatmap"><div class="bounds">${labels}</div>
<svg viewBox="0 0 ${columns} ${buckets.length}" preserveAspectRatio="none" fill="#5794f2">${cells}</svg>
<div></div>${drawTimeAxis(range)}</div>`;
}

/** Small counts are to be seen beside large ones. */
function strength(count: number, most: number): string {
  return (0.08 + 0.92 * Math.sqrt(count / most)).toFixed(3);
}

/** From the lowest up. Prometheus' buckets hold what lies in all lower ones too. */
function bucketsOf({ answers }: CollectedPanel): Bucket[] {
  const cumulative = answers
    .flatMap(({ series }) => series)
    .map(({ labels, values }) => ({
      le: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
      counts: values.map(value => value ?? 0),
    }))
    .sort((a, b) => a.le - b.le);
  return cumulative.map(({ le, counts }, row) => ({
    le,
    counts: counts.map((count, i) => Math.max(0, count - (cumulative[row - 1]?.counts[i] ?? 0))),
  }));
}
