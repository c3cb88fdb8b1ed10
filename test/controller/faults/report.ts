/** The table of what was played, for the console and for docs/reliability.md. */
import { existsSync, readFileSync } from 'node:fs';
import type { Counts } from './explore.ts';
import type { PartResult } from './parts.ts';

export const documentPath = new URL('../../../docs/reliability.md', import.meta.url);

const [begin, end] = ['<!-- faults: begin -->', '<!-- faults: end -->'];

const columns: readonly (readonly [keyof Counts, string])[] = [
  ['crashes', 'crashes'],
  ['failedWrites', 'failed writes'],
  ['oldLists', 'old lists'],
  ['staleCaches', 'stale caches'],
  ['hiddenEvents', 'hidden events'],
  ['leaderChanges', 'leader changes'],
];

/** A Markdown table with one row for each story, and their sum. */
export function table(names: readonly string[], results: readonly PartResult[]): string {
  const head = ['story', 'writes', 'events', ...columns.map(([, title]) => title), 'other ends'];
  const rows = names.flatMap(name => {
    const own = results.filter(({ story }) => story === name);
    const [first] = own;
    return first === undefined ? [] : [[name, first.writes, first.events, ...sums(own)]];
  });
  const total = head.slice(1).map((_, i) => rows.reduce((sum, row) => sum + Number(row[i + 1]), 0));
  const lines = [head, head.map(() => '---'), ...rows, ['all', ...total]];
  return lines.map(cells => `| ${cells.map(format).join(' | ')} |`).join('\n');
}

function sums(results: readonly PartResult[]): number[] {
  const counts = columns.map(([name]) => results.reduce((sum, result) => sum + result.counts[name], 0));
  return [...counts, results.reduce((sum, { failures }) => sum + failures.length, 0)];
}

function format(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell;
}

export function readDocument(): string {
  return existsSync(documentPath) ? readFileSync(documentPath, 'utf8') : '';
}

/** The document with another table. */
export function withSection(document: string, text: string): string {
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/reliability.md has no ${begin} … ${end}`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
