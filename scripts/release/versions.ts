/** The version of a release, and every place that contains it. */

/** Such as `1.2.3` or `1.2.3-rc.1`. Build metadata is not allowed, because an image tag cannot contain `+`. */
const versionPattern = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** By file and name of the place: a pattern that matches exactly the version. */
const places: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  'package.json': { version: /(?<=^ {2}"version": ").*(?=")/m },
  'package-lock.json': {
    version: /(?<=^ {2}"version": ").*(?=")/m,
    "packages[''].version": /(?<=^ {4}"": \{\n(?: {6}.*\n)*? {6}"version": ").*(?=")/m,
  },
  'charts/bellwether/Chart.yaml': { version: /(?<=^version: ).*$/m, appVersion: /(?<=^appVersion: ).*$/m },
  Dockerfile: { 'ARG VERSION': /(?<=^ARG VERSION=).*$/m },
};

/** Paths from the root of the repository. */
export const versionedFiles: readonly string[] = Object.keys(places);

function placesOf(path: string): readonly (readonly [name: string, pattern: RegExp])[] {
  return Object.entries(places[path] ?? {});
}

/**
 * @param texts each of `versionedFiles` by its path
 * @returns the version of the tag, without its `v`
 * @throws Error if the tag is not a version, or with every place that has another version
 */
export function releaseVersion(tag: string, texts: ReadonlyMap<string, string>): string {
  const version = tag.replace(/^v/, '');
  if (version === tag || !versionPattern.test(version)) {
    throw new Error(`'${tag}' is not a version tag, such as v1.2.3 or v1.2.3-rc.1`);
  }
  const others = versionedFiles.flatMap(path =>
    placesOf(path)
      .map(([name, pattern]) => ({ name, present: pattern.exec(texts.get(path) ?? '')?.[0] }))
      .filter(({ present }) => present !== version)
      .map(({ name, present }) => `${path}: ${name} is ${present ?? 'missing'}`),
  );
  if (others.length > 0) throw new Error(`${tag} differs from the files: ${others.join('; ')}`);
  return version;
}

/**
 * @param texts each of `versionedFiles` by its path
 * @returns the same texts with `version` in every place
 * @throws Error if it is not a version, or if a place is missing
 */
export function withVersion(version: string, texts: ReadonlyMap<string, string>): Map<string, string> {
  if (!versionPattern.test(version)) {
    throw new Error(`'${version}' is not a version, such as 1.2.3 or 1.2.3-rc.1`);
  }
  const changed = new Map(texts);
  for (const path of versionedFiles) {
    for (const [, pattern] of placesOf(path)) {
      changed.set(path, (changed.get(path) ?? '').replace(pattern, version));
    }
  }
  releaseVersion(`v${version}`, changed);
  return changed;
}
