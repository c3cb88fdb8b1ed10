/**
 * Where the files are that come along with the code. In a checkout they lie among the sources and in `node_modules`;
 * the bundler (scripts/build.ts) puts copies of them beside its bundles, under the same names.
 */

/** Set by the bundler. */
declare const BELLWETHER_CODE_VERSION: string | undefined;

/** The code's version as the bundler computed it from the sources; undefined in a checkout. */
export const builtCodeVersion: string | undefined =
  typeof BELLWETHER_CODE_VERSION === 'string' ? BELLWETHER_CODE_VERSION : undefined;

/** A file of the page, by its name in `src/web/`. */
export function webFile(name: string): URL {
  return new URL(`./web/${name}`, import.meta.url);
}

/** A data file of a package, such as `uplot/dist/uPlot.min.css`. */
export function dependencyFile(specifier: string): URL {
  return builtCodeVersion === undefined
    ? new URL(import.meta.resolve(specifier))
    : new URL(`./${specifier}`, import.meta.url);
}

/** A worker thread's program, by its path in `src/` without an ending. */
export function workerFile(path: string): URL {
  return new URL(`./${path}.${builtCodeVersion === undefined ? 'ts' : 'js'}`, import.meta.url);
}
