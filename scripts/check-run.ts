/** Checks a finished run and the server that serves it: node scripts/check-run.ts artifacts/aapl/aapl-sample http://127.0.0.1:8080 */
import { exitCodeOf, exitCodes, messageOf } from '../src/failure.ts';
import { checkApi } from './checks/api.ts';
import { checkArtifacts } from './checks/artifacts.ts';

async function main([folder, url]: readonly string[]): Promise<number> {
  if (folder === undefined || url === undefined) {
    process.stderr.write('usage: node scripts/check-run.ts FOLDER URL\n');
    return exitCodes.usage;
  }
  try {
    const { version, files } = await checkArtifacts(folder);
    process.stdout.write(`version ${version.version}: ${files} files match their manifests\n`);
    for (const check of await checkApi(url, version)) process.stdout.write(`${check}\n`);
    return exitCodes.ok;
  } catch (error) {
    process.stderr.write(`check-run: ${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
