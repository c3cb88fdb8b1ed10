/** The series of a panel with their names and looks, in the order of its queries. */
import type { Field, Panel } from '../../../test/monitoring/dashboard-schema.ts';
import { type CollectedPanel, legendOf } from '../collect.ts';
import { seriesColour } from '../colours.ts';
import { fieldOf } from '../fields.ts';
import type { Series } from '../prometheus.ts';

export interface NamedSeries {
  readonly name: string;
  readonly field: Field;
  readonly colour: string;
  readonly values: Series['values'];
}

export function namedSeries({ panel, answers }: CollectedPanel): NamedSeries[] {
  const named = answers.flatMap(({ target, series }) =>
    series.map(({ labels, values }) => {
      const name = legendOf(target.legendFormat, labels);
      return { name, values, field: fieldOf(panel, name, target.refId) };
    }),
  );
  const names = [...new Set(named.map(({ name }) => name))];
  return named.map((series, index) => {
    const byName = series.field.color?.mode === 'palette-classic-by-name';
    return { ...series, colour: seriesColour(series.field, byName ? names.indexOf(series.name) : index) };
  });
}

export function lastOf(values: Series['values']): number | null {
  return values.findLast(value => value !== null) ?? null;
}

export function greatestOf(values: Series['values']): number | null {
  const present = values.filter(value => value !== null);
  return present.length === 0 ? null : present.reduce((most, value) => Math.max(most, value));
}

/** What Grafana says in an empty panel. */
export function emptyText({ fieldConfig }: Panel): string {
  return fieldConfig.defaults.noValue ?? 'No data';
}
