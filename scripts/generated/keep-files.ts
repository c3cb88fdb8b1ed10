/** Generated files: written, or compared. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** Whether the command line has `--check`. */
export function isCheck(): boolean {
  return parseArgs({ options: { check: { type: 'boolean', default: false } } }).values.check;
}

/**
 * Writes the files that differ. With `check` it writes none, prints their paths and sets the process' exit code to 1.
 * @param files their texts, by path from the root of the repository
 * @param wrong follows "PATH is " in the message
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
