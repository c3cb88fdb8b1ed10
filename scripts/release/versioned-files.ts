/** Reads the files that contain the version. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { versionedFiles } from './versions.ts';

export const root = join(import.meta.dirname, '../..');

/** Their texts, by path from the root. */
export async function readVersionedFiles(): Promise<Map<string, string>> {
  const texts = versionedFiles.map(async path => [path, await readFile(join(root, path), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}
