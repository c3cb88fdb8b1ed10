/**
 * What the bundler (scripts/build.ts) adds to the code: versions, and files that are read at run time. In a checkout
 * the files are among the sources and in `node_modules`; the bundler puts copies beside its bundles, under the same
 * names.
 *
 * Call the functions with string literals: `pipeline/code-digest.ts` reads the calls to find the files of a stage.
 */
import type { StageName } from './api/artifacts.ts';

export interface CodeVersions {
  /** Of the program as a whole. */
  readonly program: string;
  /** Of the code that each stage reaches; see `pipeline/code-version.ts`. */
  readonly stages: Readonly<Record<StageName, string>>;
}

/** Set by the bundler. */
declare const BELLWETHER_VERSIONS: CodeVersions | undefined;

/** The versions computed by the bundler; undefined in a checkout. */
export const builtVersions: CodeVersions | undefined =
  typeof BELLWETHER_VERSIONS === 'undefined' ? undefined : BELLWETHER_VERSIONS;

/** A file of the page, by its name in `src/web/`. */
export function webFile(name: string): URL {
  return new URL(`./web/${name}`, import.meta.url);
}

/** A data file of a package, such as `uplot/dist/uPlot.min.css`. */
export function dependencyFile(specifier: string): URL {
  return builtVersions === undefined
    ? new URL(import.meta.resolve(specifier))
    : new URL(`./${specifier}`, import.meta.url);
}

/** The program of a worker thread, by its path in `src/` without an extension. */
export function workerFile(path: string): URL {
  return new URL(`./${path}.${builtVersions === undefined ? 'ts' : 'js'}`, import.meta.url);
}
