/** A digest over the code that modules reach: sources, locked packages and the files that are read at run time. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages } from './locked-packages.ts';

/**
 * Lower-case hexadecimal sha256 over everything that the modules import, at any depth: the sources without types,
 * comments and white space; the locked versions of packages and of their dependencies; the
 * files that `webFile` names and the programs that `workerFile` names.
 * @param root the repository's folder.
 * @param modules paths in it, such as `src/pipeline/fetch.ts`.
 * @throws Error when a reached module uses `import.meta`, or passes anything but a string literal to a function of
 * `package-files.ts`: its files would not be found.
 */
export async function codeDigest(root: string, modules: readonly string[]): Promise<string> {
  const programs = new Set(modules);
  const packages = new Set<string>();
  const webFiles = new Set<string>();
  const lines: string[] = [];
  // A set's iteration includes what is added on the way: programs of worker threads.
  for (const program of programs) {
    const { text, sources, imports } = await bundle(root, program);
    const calls = sources.flatMap(source => fileCalls(root, source));
    const argumentsOf = (name: string) => calls.flatMap(([call, path]) => (call === name ? [path] : []));
    lines.push(program, text);
    for (const path of argumentsOf('workerFile')) programs.add(`src/${path}.ts`);
    for (const path of argumentsOf('webFile')) webFiles.add(`src/web/${path}`);
    for (const specifier of [...imports, ...argumentsOf('dependencyFile')])
      packages.add(packageOf(specifier));
  }
  for (const file of [...webFiles].sort()) lines.push(file, readText(root, file));
  lines.push(...lockedPackages(readText(root, 'package-lock.json'), packages));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}

interface Bundle {
  readonly text: string;
  /** Paths of the modules in it. */
  readonly sources: readonly string[];
  /** What it imports from packages. */
  readonly imports: readonly string[];
}

async function bundle(root: string, module: string): Promise<Bundle> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [module],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // Not identifiers: esbuild derives the short names from how often letters occur, in types and comments too.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // The image is built without tsconfig.json and must get the same versions.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports.map(({ path }) => path));
  return {
    text: outputFiles.map(file => file.text).join(''),
    sources: Object.keys(metafile.inputs),
    imports: imports.filter(path => !path.startsWith('node:')),
  };
}

const packageFiles = 'src/package-files.ts';

/** The calls of the functions of `package-files.ts` in a module: the function's name and its argument. */
function fileCalls(root: string, source: string): [string, string][] {
  if (source === packageFiles) return [];
  const text = readText(root, source);
  if (text.includes('import.meta')) throw new Error(`${source}: use ${packageFiles}, not import.meta`);
  const calls = text.matchAll(/\b(webFile|dependencyFile|workerFile)\((?:'([^']+)'\))?/g);
  return [...calls].map(([, call = '', path]) => {
    if (path === undefined) throw new Error(`${source}: the argument of ${call} must be a string literal`);
    return [call, path];
  });
}

/** `@scope/name/file` is in the package `@scope/name`. */
function packageOf(specifier: string): string {
  const parts = specifier.startsWith('@') ? 2 : 1;
  return specifier.split('/').slice(0, parts).join('/');
}

function readText(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
