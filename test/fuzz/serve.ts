/**
 * The server of `make fuzz`: a small real model, until the process is stopped. Prints its URL after writing its OpenAPI
 * document to the file that is the argument.
 */
import { writeFile } from 'node:fs/promises';
import { startServer } from '../../src/serving/server.ts';
import { modelFolder } from '../../support/model-folder.ts';

/** Schemathesis 4.32 takes `prefixItems` for the `items` of older drafts and refuses the document. */
function withoutTuples(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('prefixItems' in value)) return value;
  const { prefixItems, ...rest } = value;
  return { ...rest, items: { anyOf: prefixItems } };
}

const { folder } = await modelFolder();
const server = await startServer({ modelFolder: folder, host: '127.0.0.1', port: 0, logLevel: 'error' });
const failure = await server.loaded;
if (failure !== undefined) throw failure;
const document: unknown = await (await fetch(`${server.url}/openapi.json`)).json();
await writeFile(process.argv[2] ?? '', JSON.stringify(document, withoutTuples));
process.stdout.write(`${server.url}\n`);
