/** Reads `package-lock.json`: which packages, in which versions, come with a package. Pure. */
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});

const lockSchema = z.object({
  /** By folder, such as `node_modules/a/node_modules/b`. */
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

/**
 * One line for each of the packages and their dependencies, at any depth: folder, version and integrity, sorted.
 * @param lock the text of `package-lock.json`.
 * @param packages names, such as `zod` or `@koa/router`.
 * @throws Error when the lock file lacks one of `packages`.
 */
export function lockedPackages(lock: string, packages: Iterable<string>): string[] {
  const locked = lockSchema.parse(JSON.parse(lock)).packages;
  const folders = new Set<string>();
  for (const name of packages) {
    const folder = `node_modules/${name}`;
    if (locked[folder] === undefined) throw new Error(`package-lock.json lacks ${name}`);
    folders.add(folder);
  }
  // A set's iteration includes what is added on the way.
  for (const folder of folders) {
    const { dependencies, optionalDependencies, peerDependencies } = locked[folder]!;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = resolve(name, folder, folder => locked[folder] !== undefined);
      // Optional and peer dependencies need not be installed.
      if (found !== undefined) folders.add(found);
    }
  }
  return [...folders]
    .sort()
    .map(folder => `${folder} ${locked[folder]!.version ?? ''} ${locked[folder]!.integrity ?? ''}`);
}

/** Node's rule: the nearest `node_modules` on the way up. */
function resolve(name: string, from: string, exists: (folder: string) => boolean): string | undefined {
  for (let parent = from; ; parent = parent.slice(0, parent.lastIndexOf('/node_modules/'))) {
    if (exists(`${parent}/node_modules/${name}`)) return `${parent}/node_modules/${name}`;
    if (!parent.includes('/node_modules/')) break;
  }
  return exists(`node_modules/${name}`) ? `node_modules/${name}` : undefined;
}
