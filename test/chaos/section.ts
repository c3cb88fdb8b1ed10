/** Sections of a Markdown file that programs write, between `<!-- name: begin -->` and `<!-- name: end -->`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const reliability = join(import.meta.dirname, '../../docs/reliability.md');

/** Returns the text with another content of the section. @throws Error if the text has no such section */
export function withSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no section ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${text.slice(to)}`;
}

/** Writes a section of docs/reliability.md. */
export async function writeSection(name: string, content: string): Promise<void> {
  await writeFile(reliability, withSection(await readFile(reliability, 'utf8'), name, content));
}
