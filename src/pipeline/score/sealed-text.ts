/** A text with its own digest in its first line, so that the file can be verified on its own. */
import { Failure } from '../../failure.ts';
import { sha256 } from '../artifacts.ts';

const label = '# sha256 of all lines below: ';

/** The text below its seal. */
export function seal(text: string): string {
  return `${label}${sha256(text)}\n${text}`;
}

/**
 * The text that was sealed.
 * @param path named in the error.
 * @throws Failure InputAltered for anything that `seal` did not write, and for a truncated file.
 */
export function unseal(path: string, sealed: string): string {
  const text = sealed.slice(sealed.indexOf('\n') + 1);
  if (sealed === seal(text)) return text;
  throw new Failure('InputAltered', `${path} was altered or cut short: its first line is not its digest`, {
    path,
    actual: sha256(text),
  });
}
