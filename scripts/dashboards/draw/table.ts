/** Instant answers as the rows of one table: merged by their labels, then renamed, ordered and sorted. */
import { type Html, html } from '../../../src/web/html.js';
import type { Panel } from '../../../test/monitoring/dashboard-schema.ts';
import type { CollectedPanel } from '../collect.ts';
import { valueColour } from '../colours.ts';
import { fieldOf, textOf } from '../fields.ts';
import { emptyText } from './series.ts';

type Row = Map<string, string | number>;

export function drawTable(collected: CollectedPanel): Html {
  const { panel } = collected;
  const rows = mergedRows(collected);
  if (rows.length === 0) return html`<div class="empty">${emptyText(panel)}</div>`;
  const columns = columnsOf(panel, rows);
  const sorted = sortRows(panel, columns, rows);
  return html`<div class="table"><table>
<thead><tr>${columns.map(column => heading(panel, column))}</tr></thead>
<tbody>${sorted.map(row => html`<tr>${columns.map(({ field, name }) => cell(panel, name, row.get(field)))}</tr>`)}</tbody>
</table></div>`;
}

/** Answers that agree in every label that both have are one row. */
function mergedRows({ answers }: CollectedPanel): Row[] {
  const rows: Row[] = [];
  for (const { target, series } of answers) {
    for (const { labels, values } of series) {
      const known = Object.entries(labels);
      const agrees = (row: Row) => known.every(([name, value]) => !row.has(name) || row.get(name) === value);
      const value = `Value #${target.refId}`;
      let row = rows.find(candidate => !candidate.has(value) && agrees(candidate));
      if (row === undefined) {
        row = new Map();
        rows.push(row);
      }
      for (const [name, text] of known) row.set(name, text);
      if (values[0] !== null && values[0] !== undefined) row.set(value, values[0]);
    }
  }
  return rows;
}

interface Column {
  readonly field: string;
  readonly name: string;
}

function columnsOf({ transformations }: Panel, rows: readonly Row[]): Column[] {
  const organize = transformations.find(({ id }) => id === 'organize');
  const { excludeByName, indexByName, renameByName } =
    organize?.id === 'organize' ? organize.options : { excludeByName: {}, indexByName: {}, renameByName: {} };
  const fields = [...new Set(rows.flatMap(row => [...row.keys()]))];
  const place = (field: string) => indexByName[field] ?? fields.length;
  return fields
    .filter(field => excludeByName[field] !== true)
    .sort((a, b) => place(a) - place(b))
    .map(field => ({ field, name: renameByName[field] ?? field }));
}

function sortRows({ options }: Panel, columns: readonly Column[], rows: readonly Row[]): Row[] {
  const fieldOfColumn = new Map(columns.map(({ field, name }) => [name, field]));
  return rows.toSorted((a, b) => {
    for (const { displayName, desc } of options.sortBy ?? []) {
      const field = fieldOfColumn.get(displayName) ?? '';
      const order = compare(a.get(field), b.get(field));
      if (order !== 0) return desc ? -order : order;
    }
    return 0;
  });
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''), 'en');
}

function heading(panel: Panel, { field, name }: Column): Html {
  const width = fieldOf(panel, name).custom?.width;
  const style = width === undefined ? '' : `width: ${width}px`;
  return html`<th class="${field.startsWith('Value #') && 'number'}" style="${style}">${name}</th>`;
}

function cell(panel: Panel, name: string, value: string | number | undefined): Html {
  const field = fieldOf(panel, name);
  if (typeof value === 'string') {
    const isLink = (field.links ?? []).length > 0;
    return html`<td class="${isLink && 'link'}">${value}</td>`;
  }
  if (value === undefined) return html`<td class="number">${textOf(field, null)}</td>`;
  const kind = field.custom?.cellOptions?.type ?? 'auto';
  const colour = valueColour(field, value);
  const styles = {
    auto: '',
    'color-text': `color: ${colour}`,
    'color-background': `background: ${colour}; color: #111217`,
  };
  return html`<td class="number" style="${styles[kind]}">${textOf(field, value)}</td>`;
}
