/**
 * Leaves two parts of `@kubernetes/client-node` out of the bundle: the generated API classes and `undici`. Its
 * KubeConfig imports both, but only `makeApiClient` and `applySecurityAuthentication` use them, which the operator
 * never calls. Together they are 1.4 MB of JavaScript, which would be loaded at every start (ADR 0010 has the figures).
 */
import type { Plugin } from 'esbuild';

/**
 * The names that KubeConfig and its helpers import, by module. When a later version of the library imports another
 * name, the build fails with "No matching export".
 */
const stubbed: Readonly<Record<string, readonly string[]>> = {
  './gen/index.js': ['createConfiguration', 'ServerConfiguration'],
  undici: ['Agent', 'ProxyAgent'],
};

const importer = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/][^\\/]+\.js$/;

/** Replaces the modules above by stubs that export the same names; each throws when it is called. */
export const clientNodeStubs: Plugin = {
  name: 'client-node-stubs',
  setup({ onResolve, onLoad }) {
    const namespace = 'client-node-stub';
    onResolve({ filter: /^(\.\/gen\/index\.js|undici)$/ }, ({ path, importer: from }) =>
      importer.test(from) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: (stubbed[path] ?? []).map(name => stub(path, name)).join('\n'),
    }));
  },
};

/** A function declaration, so that it can also be called with `new`. */
function stub(path: string, name: string): string {
  const message = `${name} of ${path} is not in this bundle: see scripts/client-node-stubs.ts`;
  return `export function ${name}() { throw new Error(${JSON.stringify(message)}); }`;
}
