/** The termination message of a server that ends because its model cannot be served. */
import { writeFile } from 'node:fs/promises';
import { type Failure, messageOf } from '../failure.ts';

/** Well below the limit of a termination message in Kubernetes, 4096 bytes. */
const maximumCharacters = 1000;

/** Writes `<reason>: <message>` in one line to the file at `path`, if any. Never rejects. */
export async function reportFailure(failure: Failure, path: string | undefined): Promise<void> {
  const line = `${failure.reason}: ${failure.message}`.replaceAll('\n', ' ').slice(0, maximumCharacters);
  try {
    if (path !== undefined) await writeFile(path, `${line}\n`);
  } catch (error) {
    process.stderr.write(`server: cannot write the report: ${messageOf(error)}\n`);
  }
}
