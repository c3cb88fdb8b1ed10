/** The bill of materials of the image: scanners cannot see packages inside bundles. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const lockSchema = z.object({
  name: z.string(),
  version: z.string(),
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});
const componentSchema = z.looseObject({ 'bom-ref': z.string() });
const dependencySchema = z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) });
const documentSchema = z.looseObject({
  metadata: z.looseObject({ component: componentSchema }),
  components: z.array(componentSchema),
  dependencies: z.array(dependencySchema),
});

/** The folder of the innermost package of a file in `node_modules`. */
const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * A CycloneDX document with the npm packages of the given files. It has neither a time nor a serial number, so the same
 * files give the same bytes.
 * @param root folder of package-lock.json
 * @param files paths relative to `root`; those outside `node_modules` are ignored
 * @throws Error if a file belongs to a package that the lock file does not contain
 */
export async function billOfMaterials(root: string, files: Iterable<string>): Promise<string> {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const bundled = new Set<string>();
  for (const file of files) {
    const folder = packageFolder.exec(file)?.[0];
    if (folder === undefined) continue;
    const version = lock.packages[folder]?.version;
    if (version === undefined) throw new Error(`${file}: package-lock.json has no ${folder}`);
    bundled.add(`${folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`);
  }

  const { stdout } = await promisify(execFile)(
    'npm',
    // `--omit=dev` would also omit packages that both the programs and the tools use.
    ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'],
    { cwd: root, maxBuffer: 2 ** 26 },
  );
  const { serialNumber: _, ...document } = documentSchema.parse(JSON.parse(stdout));
  const { timestamp: _time, component, ...metadata } = document.metadata;
  // npm names the component after its folder.
  const program = { ...component, name: lock.name, purl: `pkg:npm/${lock.name}@${lock.version}` };
  const kept = new Set([...bundled, program['bom-ref']]);
  const components = document.components.filter(component => bundled.has(component['bom-ref']));
  for (const { 'bom-ref': ref } of components) bundled.delete(ref);
  if (bundled.size > 0) throw new Error(`npm's bill of materials lacks ${[...bundled].join(', ')}`);
  const dependencies = document.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(on => kept.has(on)) }));
  const listed = { ...document, metadata: { ...metadata, component: program }, components, dependencies };
  return `${JSON.stringify(listed, null, 1)}\n`;
}
