/** The chart rendered by Helm, for tests that run where Helm is. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { kubernetesVersion } from '../../scripts/generated/operator-manifests.ts';

export const chart = join(import.meta.dirname, '../../charts/bellwether');

/** An object as rendered; tests look into it as they need. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever the template says is what a test is about.
  readonly [field: string]: any;
}

export const hasHelm = spawnSync('helm', ['version']).status === 0;

/** Every object of a release `r` in namespace `ns`. @throws Error with Helm's words. */
export function render(values: object = {}, ...flags: readonly string[]): Rendered[] {
  const text = execFileSync(
    'helm',
    [
      'template',
      'r',
      chart,
      '--namespace',
      'ns',
      '--kube-version',
      kubernetesVersion,
      '--values',
      '-',
      ...flags,
    ],
    { input: JSON.stringify(values), encoding: 'utf8', stdio: 'pipe', maxBuffer: 16 * 1024 * 1024 },
  );
  return (loadAll(text) as (Rendered | null)[]).filter(object => object !== null);
}

/** The only one of a kind, by its name where there are several. */
export function one(objects: readonly Rendered[], kind: string, name?: string): Rendered {
  const found = objects.filter(
    object => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return found[0];
}

/** Kinds and names, sorted. */
export function names(objects: readonly Rendered[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`).sort();
}
