/** How one series or column is shown: the panel's defaults with the overrides that match its name. */
import { type Field, fieldSchema, type Panel } from '../../test/monitoring/dashboard-schema.ts';
import { formatted } from './page/units.js';

/**
 * @param name of the series in the legend, or of the column
 * @param refId of the query that a series is an answer to
 */
export function fieldOf({ fieldConfig }: Panel, name: string, refId = ''): Field {
  const field: Record<string, unknown> = { ...fieldConfig.defaults };
  const custom: Record<string, unknown> = { ...fieldConfig.defaults.custom };
  for (const { matcher, properties } of fieldConfig.overrides) {
    if (!matches(matcher, name, refId)) continue;
    for (const { id, value } of properties) {
      if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
      else field[id] = value;
    }
  }
  return fieldSchema.parse({ ...field, custom });
}

type Matcher = Panel['fieldConfig']['overrides'][number]['matcher'];

function matches({ id, options }: Matcher, name: string, refId: string): boolean {
  switch (id) {
    case 'byName':
      return options === name;
    case 'byFrameRefID':
      return options === refId;
    case 'byRegexp':
      return new RegExp(options.slice(1, options.lastIndexOf('/'))).test(name);
  }
}

/** The value's mapping, or the value with its unit; what the panel says of none. */
export function textOf(
  { mappings = [], unit = 'none', decimals, noValue }: Field,
  value: number | null,
): string {
  if (value === null) return noValue ?? 'No data';
  for (const { options } of mappings) {
    const mapped = options[String(value)];
    if (mapped !== undefined) return mapped.text;
  }
  return formatted(value, unit, decimals);
}
