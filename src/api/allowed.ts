/**
 * What TrainingRuns and Models may set in pods, Services and volumes. The operator's rule (`controller/decide/allowed.ts`)
 * and the API server's (`crd/admission.ts`) are both derived from the table in this file.
 */
import { z } from 'zod';
import { annotations, group, labels } from './group.ts';

/** `*` matches every value, a trailing `*` every value that begins with the text before it, any other text itself. */
const patternForm = /^([^*]+\*?|\*)$/;
/** A prefix must contain the whole host: `registry.test*` would match `registry.test.example.com/image`. */
const imagePatternForm = /^([^*]+|[^*/]+\/[^*]*\*|\*)$/;

const list = (defaults: readonly string[], form = patternForm, message = 'must be text, text* or *') =>
  z
    .array(z.string().max(512).regex(form, message))
    .max(64)
    .default([...defaults]);

/** Keys in Bellwether's own prefix that the operator does not set are of no meaning to others. */
const ownKeys = [`${group}/*`];

/** What is allowed beside the operator's own values; each list is a chart value `workloads.allowed.<name>`. */
export const allowedSchema = z.strictObject({
  images: list([], imagePatternForm, 'must be an image, a prefix such as registry.test/team/* or *').describe(
    'Images of pods.',
  ),
  environment: list([
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
    ...['NODE_USE_ENV_PROXY', 'TZ'],
  ]).describe('Names of environment variables.'),
  labels: list(ownKeys).describe('Keys of labels of pods.'),
  annotations: list(ownKeys).describe('Keys of annotations of pods.'),
  serviceAccounts: list(['default']).describe('Service accounts of pods.'),
  priorityClasses: list([]).describe('Priority classes of pods.'),
  tolerations: list(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']).describe(
    'Keys of taints that pods tolerate.',
  ),
  podAntiAffinity: list(['preferredDuringSchedulingIgnoredDuringExecution']).describe(
    'Fields of the anti-affinity of pods.',
  ),
  claims: list([]).describe('PersistentVolumeClaims.'),
  secrets: list([]).describe('Secrets of tokens and TLS.'),
  serviceTypes: list(['ClusterIP']).describe('Types of Services.'),
  serviceAnnotations: list(ownKeys).describe('Keys of annotations of Services.'),
});
export type Allowed = z.output<typeof allowedSchema>;
export type AllowedList = keyof Allowed;

/** One field of a kind, and the list that its values must be in. */
export interface AllowedRule {
  readonly list: AllowedList;
  /** From the object's root, such as `spec.podTemplate.env`. */
  readonly field: string;
  /** What counts: the field itself, the keys of a map, or a member of each item of a list. */
  readonly values: 'Value' | 'Keys' | { readonly item: string };
  /** Patterns of values that no list can allow. */
  readonly reserved: readonly string[];
  /** What needs no list: the operator's image, the claim that is created for the Model, Secrets named `<model>-…`. */
  readonly own?: 'Image' | 'Claim' | 'Secret';
}

/** Follows the Model's name in the name of the claim that is created for it. */
export const claimSuffix = '-artifacts';

const reservedKeys = Object.values({ ...labels, ...annotations }).filter(key => key.startsWith(`${group}/`));

/** NODE_OPTIONS can load code from its own text. */
const reservedVariables = ['BELLWETHER_*', 'NODE_OPTIONS'];

type RuleOptions = Partial<Pick<AllowedRule, 'values' | 'reserved' | 'own'>>;

const rule = (allowedList: AllowedList, field: string, options: RuleOptions = {}): AllowedRule => ({
  list: allowedList,
  field,
  values: 'Value',
  reserved: [],
  ...options,
});

const podRules = (template: string): AllowedRule[] => [
  rule('images', `${template}.image`, { own: 'Image' }),
  rule('environment', `${template}.env`, { values: { item: 'name' }, reserved: reservedVariables }),
  rule('labels', `${template}.labels`, { values: 'Keys', reserved: reservedKeys }),
  rule('annotations', `${template}.annotations`, { values: 'Keys', reserved: reservedKeys }),
  rule('serviceAccounts', `${template}.serviceAccountName`),
  rule('priorityClasses', `${template}.priorityClassName`),
  rule('tolerations', `${template}.tolerations`, { values: { item: 'key' } }),
  rule('podAntiAffinity', `${template}.affinity.podAntiAffinity`, { values: 'Keys' }),
];

const runSpecRules = (spec: string): AllowedRule[] => [
  ...podRules(`${spec}.podTemplate`),
  rule('claims', `${spec}.data.volume.claimName`, { own: 'Claim' }),
];

/** By the plural name of the kind. */
export const allowedRules = {
  trainingruns: runSpecRules('spec'),
  models: [
    ...podRules('spec.serving.podTemplate'),
    rule('serviceTypes', 'spec.serving.service.type'),
    rule('serviceAnnotations', 'spec.serving.service.annotations', {
      values: 'Keys',
      reserved: reservedKeys,
    }),
    rule('secrets', 'spec.serving.auth.secretName', { own: 'Secret' }),
    rule('secrets', 'spec.serving.auth.metricsSecretName', { own: 'Secret' }),
    rule('secrets', 'spec.serving.tls.secretName', { own: 'Secret' }),
    rule('secrets', 'spec.serving.serviceMonitor.tlsConfig.ca.secret.name', { own: 'Secret' }),
    rule('claims', 'spec.artifacts.claimName', { own: 'Claim' }),
    ...runSpecRules('spec.runTemplate.spec'),
  ],
} as const satisfies Record<string, readonly AllowedRule[]>;

/** The texts around the values in the message about them. */
export interface MessageParts {
  readonly before: string;
  readonly after: string;
}

/** About values that the list does not have. */
export function notAllowedMessage({ field, list: name }: AllowedRule): MessageParts {
  return {
    before: `${field}: `,
    after: ` is not allowed. An administrator can allow it with the chart value workloads.allowed.${name}.`,
  };
}

/** About values that no list can allow. */
export function reservedMessage({ field }: AllowedRule): MessageParts {
  return { before: `${field}: `, after: ' is never allowed: it is reserved for the operator.' };
}

/** A toleration without a key tolerates every taint. */
export const noKey = '(every key)';
