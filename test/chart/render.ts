/** Renders the chart with Helm. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { kubernetesVersion } from '../../scripts/generated/operator-manifests.ts';

export const chart = join(import.meta.dirname, '../../charts/bellwether');

/** A rendered object. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the fields that it reads.
  readonly [field: string]: any;
}

export const hasHelm = spawnSync('helm', ['version']).status === 0;

const options = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;

function templateArguments(flags: readonly string[]): string[] {
  const release = ['template', 'r', chart, '--namespace', 'ns'];
  return [...release, '--kube-version', kubernetesVersion, '--values', '-', ...flags];
}

/** @throws YAMLException for a duplicate key. */
function parse(text: string): Rendered[] {
  return (loadAll(text) as (Rendered | null)[]).filter(object => object !== null);
}

/** Every object of a release `r` in namespace `ns`. @throws Error with Helm's message. */
export function render(values: object = {}, ...flags: readonly string[]): Rendered[] {
  const input = JSON.stringify(values);
  return parse(execFileSync('helm', templateArguments(flags), { ...options, input, stdio: 'pipe' }));
}

/** Like `render`, for several at the same time. */
export function renderAsync(values: object): Promise<Rendered[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Rendered[]>();
  const helm = execFile('helm', templateArguments([]), options, (error, text) =>
    error === null ? resolve(parse(text)) : reject(error),
  );
  helm.stdin?.end(JSON.stringify(values));
  return promise;
}

/** The only object of a kind and, if given, a name. @throws Error if there is none, or more than one. */
export function one(objects: readonly Rendered[], kind: string, name?: string): Rendered {
  const [object, ...others] = objects.filter(
    object => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  if (object === undefined || others.length > 0) throw new Error(`not exactly one ${kind} ${name ?? ''}`);
  return object;
}

/** Kind, namespace and name of every object, sorted. */
export function names(objects: readonly Rendered[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`).sort();
}
