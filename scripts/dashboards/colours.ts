/** Grafana's colours on its dark background. */
import type { Field } from '../../test/monitoring/dashboard-schema.ts';

const named: Readonly<Record<string, string>> = {
  green: '#73bf69',
  yellow: '#fade2a',
  orange: '#ff9830',
  red: '#f2495c',
  blue: '#5794f2',
  purple: '#b877d9',
  text: '#ccccdc',
  transparent: 'transparent',
};

/** Series of a chart that are given no colour get these, in their order. */
const palette = [
  '#73bf69',
  '#f2cc0c',
  '#8ab8ff',
  '#ff780a',
  '#f2495c',
  '#5794f2',
  '#b877d9',
  '#705da0',
].concat(['#37872d', '#fade2a', '#447ebc', '#c15c17', '#890f02', '#0a437c', '#6d1f62', '#584477']);

/** @throws Error for a name that is not known here. */
export function colourOf(name: string): string {
  const colour = named[name];
  if (colour === undefined) throw new Error(`the colour ${name} is not known here: add it to colours.ts`);
  return colour;
}

/** @param index of the series, or of its name, among those of its panel */
export function seriesColour({ color }: Field, index: number): string {
  if (color?.fixedColor === undefined) return palette[index % palette.length]!;
  const base = colourOf(color.fixedColor);
  if (color.mode !== 'shades') return base;
  const lighter = [0, 45, 75, 25, 60][index % 5];
  return lighter === 0 ? base : `color-mix(in srgb, ${base}, white ${lighter}%)`;
}

/** The colour of a value: its mapping's, else that of the last threshold that it has reached. */
export function valueColour({ mappings = [], thresholds }: Field, value: number): string {
  for (const { options } of mappings) {
    const mapped = options[String(value)];
    if (mapped !== undefined) return colourOf(mapped.color);
  }
  const reached = thresholds?.steps.findLast(step => step.value === null || value >= step.value);
  return colourOf(reached?.color ?? 'text');
}
