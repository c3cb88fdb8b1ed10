/** The version that a release has, and every place that must state it. */
import { load } from 'js-yaml';
import { z } from 'zod';

/** A tag such as `v1.2.3` or `v1.2.3-rc.1`; without build metadata, which no image's tag can have. */
const tagPattern = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)$/;

const packageSchema = z.object({ version: z.string() });
const lockSchema = packageSchema.extend({ packages: z.object({ '': packageSchema }) });
const chartSchema = packageSchema.extend({ appVersion: z.string() });

/** Reads out of a file's text what it states: the name of each place, and the version there. */
const readers: Readonly<Record<string, (text: string) => Record<string, string | undefined>>> = {
  'package.json': text => ({ version: packageSchema.parse(JSON.parse(text)).version }),
  'package-lock.json': text => {
    const { version, packages } = lockSchema.parse(JSON.parse(text));
    return { version, "packages[''].version": packages[''].version };
  },
  'charts/bellwether/Chart.yaml': text =>
    chartSchema.pick({ version: true, appVersion: true }).parse(load(text)),
  Dockerfile: text => ({ 'ARG VERSION': /^ARG VERSION=(.*)$/m.exec(text)?.[1] }),
};

/** Paths from the root of the repository. */
export const versionedFiles: readonly string[] = Object.keys(readers);

/**
 * @param texts each of `versionedFiles` by its path
 * @returns the version of the tag, without its `v`.
 * @throws Error for a tag that is no version, or that names every place which states another.
 */
export function releaseVersion(tag: string, texts: ReadonlyMap<string, string>): string {
  const version = tagPattern.exec(tag)?.[1];
  if (version === undefined) throw new Error(`${tag} is no tag of a version, such as v1.2.3 or v1.2.3-rc.1`);
  const others = versionedFiles.flatMap(path =>
    Object.entries(readers[path]?.(texts.get(path) ?? '') ?? {})
      .filter(([, stated]) => stated !== version)
      .map(([place, stated]) => `${path} has ${place} ${stated ?? 'nowhere'}`),
  );
  if (others.length > 0) throw new Error(`${tag} is not what is stated: ${others.join('; ')}`);
  return version;
}
