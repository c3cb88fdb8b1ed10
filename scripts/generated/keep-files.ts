/** Files that are made from others: written, or only compared. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** Whether the command line says `--check`. */
export function isCheck(): boolean {
  return parseArgs({ options: { check: { type: 'boolean', default: false } } }).values.check;
}

/**
 * Writes the files that are not as they should be. With `check` it writes none, names them with what is `wrong` and has
 * the process end with exit code 1.
 * @param files their texts, by path from the root of the repository
 */
export async function keepFiles(
  files: ReadonlyMap<string, string>,
  check: boolean,
  wrong: string,
): Promise<void> {
  for (const [path, text] of files) {
    const file = join(root, path);
    const present = await readFile(file, 'utf8').catch(() => null);
    if (present === text) continue;
    if (check) {
      process.stderr.write(`${path} is ${wrong}\n`);
      process.exitCode = 1;
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
