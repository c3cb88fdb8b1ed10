/**
 * Known good values of fields that a schema describes only in part. Strings with a pattern that are not listed here are
 * generated from it.
 */
import fc from 'fast-check';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';

/** By the end of the field's path, without indexes and keys. */
const texts: Readonly<Record<string, readonly string[]>> = {
  symbol: ['MSFT', '^GSPC', 'BRK-B'],
  model: ['other'],
  'data.start': ['2015-01-02'],
  'data.end': ['2024-02-29'],
  cron: ['*/10 * * * *', '30 22 * * 1-5'],
  timeZone: ['America/New_York', 'Europe/Berlin'],
  'artifacts.size': ['3Gi', '500M'],
  storageClassName: ['fast'],
  'volume.path': ['team/bars.csv', '../bars.csv'],
  pinnedRun: ['r1', 'missing'],
  image: ['example.org/bellwether:v2'],
  'podTemplate.serviceAccountName': ['default'],
  'resources.requests': ['1500m'],
  'resources.limits': ['3'],
};

/** Objects of Kubernetes that the schemas leave to the API server. */
const objects: Readonly<Record<string, readonly object[]>> = {
  affinity: [
    { podAntiAffinity: {} },
    {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            preference: {
              matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }],
            },
          },
        ],
      },
    },
  ],
  // As many as the list may have: a pod must not have two of the same topology.
  topologySpreadConstraints: Array.from({ length: 8 }, (_, index) => ({
    maxSkew: index + 1,
    topologyKey: `topology.kubernetes.io/zone-${index}`,
    whenUnsatisfiable: 'ScheduleAnyway',
  })),
  'networkPolicy.from': [
    { podSelector: { matchLabels: { app: 'client' } } },
    { namespaceSelector: {} },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
  ],
};

/** Keys of maps of quantities; of other maps any label will do. */
const resourceNames = ['cpu', 'memory', 'ephemeral-storage', 'example.org/gpu'];

/** Strings that match few patterns. */
const strange = ['-', ' ', 'a b', 'Übung', '../x', '$', '', '9'.repeat(20)];

const seed = 20_261_201;

/** Known values for a path such as `spec.podTemplate.labels{}`; undefined if there are none. */
function known<T>(table: Readonly<Record<string, T>>, path: string): T | undefined {
  const plain = path.replaceAll(/\[\]|\{\}/g, '');
  const end = Object.keys(table).find(name => plain === name || plain.endsWith(`.${name}`));
  return end === undefined ? undefined : table[end];
}

/** Valid texts, typical ones first. */
export function validTexts(node: StructuralSchema, path: string): string[] {
  const typical = known(texts, path) ?? [];
  if (node.pattern === undefined) {
    if (node.format === 'date') return [...typical, '2016-02-29'];
    return typical.length > 0 ? [...typical] : ['sample'];
  }
  return [...new Set([...typical, ...generated(node.pattern, node)])];
}

/** Texts that do not match the pattern or format; empty if every text is valid. */
export function invalidTexts({ pattern, format, minLength = 0 }: StructuralSchema): string[] {
  if (format === 'date') return ['2021-02-29', '2021-1-1', 'yesterday', '2021-01-01T00:00:00Z'];
  if (pattern === undefined) return minLength > 0 ? [''] : [];
  return strange.filter(text => !new RegExp(pattern, 'u').test(text)).slice(0, 3);
}

const generatedBefore = new Map<string, string[]>();

function generated(pattern: string, { maxLength = 100 }: StructuralSchema): string[] {
  const key = `${pattern} ${maxLength}`;
  const texts = generatedBefore.get(key) ?? generate(pattern, maxLength);
  generatedBefore.set(key, texts);
  return texts;
}

function generate(pattern: string, maxLength: number): string[] {
  const matching = fc.stringMatching(new RegExp(pattern)).filter(text => [...text].length <= maxLength);
  return fc.sample(matching, { numRuns: 2, seed });
}

/** @throws Error if there are none */
export function opaqueObjects(path: string): readonly object[] {
  const found = known(objects, path);
  if (found === undefined) throw new Error(`add samples of ${path} to support/operations/samples.ts`);
  return found;
}

/** `count` different keys. */
export function mapKeys(value: StructuralSchema, count: number): string[] {
  const names = value['x-kubernetes-int-or-string'] ? resourceNames : [];
  return Array.from({ length: count }, (_, index) => names[index] ?? `example.org/key-${index}`);
}
