/** The version that a release has, and every place that must state it. */

/** Such as `1.2.3` or `1.2.3-rc.1`; without build metadata, which no image's tag can have. */
const versionPattern = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** By file and name of the place: what the version is there, and nothing around it. */
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
 * @returns the version of the tag, without its `v`.
 * @throws Error for a tag that is no version, or that names every place which states another.
 */
export function releaseVersion(tag: string, texts: ReadonlyMap<string, string>): string {
  const version = tag.replace(/^v/, '');
  if (version === tag || !versionPattern.test(version)) {
    throw new Error(`${tag} is no tag of a version, such as v1.2.3 or v1.2.3-rc.1`);
  }
  const others = versionedFiles.flatMap(path =>
    placesOf(path)
      .map(([name, pattern]) => ({ name, stated: pattern.exec(texts.get(path) ?? '')?.[0] }))
      .filter(({ stated }) => stated !== version)
      .map(({ name, stated }) => `${path} has ${name} ${stated ?? 'nowhere'}`),
  );
  if (others.length > 0) throw new Error(`${tag} is not what is stated: ${others.join('; ')}`);
  return version;
}

/**
 * @param texts each of `versionedFiles` by its path
 * @returns the same, where every place states `version`.
 * @throws Error for what is no version, and when a place is not there.
 */
export function withVersion(version: string, texts: ReadonlyMap<string, string>): Map<string, string> {
  if (!versionPattern.test(version)) {
    throw new Error(`'${version}' is no version, such as 1.2.3 or 1.2.3-rc.1`);
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
