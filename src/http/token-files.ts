/** Reads accepted tokens from a file or from a folder of files, as a mounted Secret is. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../failure.ts';
import { type AcceptedToken, acceptedToken, isToken, minimumTokenLength } from './bearer.ts';

export interface TokenReading {
  /** Empty if no file has a token. */
  readonly tokens: readonly AcceptedToken[];
  /** Files without a token and why. They never contain text of a file. */
  readonly problems: readonly string[];
}

const maximumFiles = 100;
const maximumBytes = 8192;

/** Each file has one token. Never rejects. */
export async function readTokens(path: string): Promise<TokenReading> {
  const first = await attempt(path);
  // The kubelet replaces all files at once. A reading that spans the replacement finds files that are gone.
  return first.problems.length === 0 ? first : attempt(path);
}

async function attempt(path: string): Promise<TokenReading> {
  const problems: string[] = [];
  const tokens: AcceptedToken[] = [];
  try {
    const files = await filesOf(path);
    if (files.length === 0) problems.push(`${path} has no files`);
    for (const file of files.slice(0, maximumFiles)) {
      const problem = await readToken(file, tokens);
      if (problem !== null) problems.push(`${file} ${problem}`);
    }
    if (files.length > maximumFiles) {
      problems.push(`${path} has more than ${maximumFiles} files; the others are not read`);
    }
  } catch (error) {
    problems.push(messageOf(error));
  }
  return { tokens, problems };
}

/** The file itself, or the files in the folder, without those of the kubelet's bookkeeping (`..data`). */
async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter(name => !name.startsWith('..'))
    .toSorted()
    .map(name => join(path, name));
}

/** Adds the file's token. Otherwise returns the problem, which continues the file's name. */
async function readToken(file: string, tokens: AcceptedToken[]): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > maximumBytes) return `is larger than ${maximumBytes} bytes`;
    const text = (await readFile(file, 'utf8')).trim();
    if (text === '') return 'is empty';
    if (!isToken(text)) {
      return `is not a token: one line of at least ${minimumTokenLength} letters, digits and -._~+/=`;
    }
    tokens.push(acceptedToken(text));
    return null;
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
}
