/** What an author of TrainingRuns and Models could gain by fields of theirs, if these were not limited. */
import { model, type Spec, trainingRun } from '../../../support/cluster/specs.ts';

export interface Abuse {
  readonly object: ReturnType<typeof trainingRun>;
  /** The field that the refusal must name, and the value. */
  readonly field: string;
  readonly value: string;
}

const byTemplate: Readonly<Record<string, readonly [template: Spec, field: string, value: string]>> = {
  code: [
    { env: [{ name: 'NODE_OPTIONS', value: '--import=data:text/javascript,1' }] },
    'env',
    'NODE_OPTIONS',
  ],
  arguments: [{ env: [{ name: 'BELLWETHER_RUN', value: '{}' }] }, 'env', 'BELLWETHER_RUN'],
  library: [{ env: [{ name: 'LD_PRELOAD', value: '/artifacts/a.so' }] }, 'env', 'LD_PRELOAD'],
  image: [{ image: 'evil.test/miner:1' }, 'image', 'evil.test/miner:1'],
  endpoint: [{ labels: { app: 'payments' } }, 'labels', 'app'],
  disguise: [{ labels: { 'bellwether.dev/run': 'other' } }, 'labels', 'bellwether.dev/run'],
  sidecar: [
    { annotations: { 'vault.hashicorp.com/agent-inject': 'true' } },
    'annotations',
    'vault.hashicorp.com/agent-inject',
  ],
  account: [{ serviceAccountName: 'payments' }, 'serviceAccountName', 'payments'],
  preemption: [{ priorityClassName: 'system-node-critical' }, 'priorityClassName', 'system-node-critical'],
  'control-plane': [
    { nodeSelector: { 'node-role.kubernetes.io/control-plane': '' }, tolerations: [{ operator: 'Exists' }] },
    'tolerations',
    '(every key)',
  ],
  eviction: [
    {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/os', labelSelector: {}, namespaceSelector: {} },
          ],
        },
      },
    },
    'affinity.podAntiAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  ],
};

const byTemplates = Object.entries(byTemplate);

/** Each as a TrainingRun of its own. */
export const runAbuses: readonly Abuse[] = [
  ...byTemplates.map(([name, [podTemplate, field, value]]) => ({
    object: trainingRun(name, { podTemplate, data: { source: 'Sample' } }),
    field: `spec.podTemplate.${field}`,
    value,
  })),
  {
    object: trainingRun('bars', {
      data: { source: 'File', volume: { claimName: 'payments-data', path: 'bars.csv' } },
    }),
    field: 'spec.data.volume.claimName',
    value: 'payments-data',
  },
];

const serviceAnnotation = 'external-dns.alpha.kubernetes.io/hostname';

/** Each as a Model of its own. */
export const modelAbuses: readonly Abuse[] = [
  ...byTemplates.flatMap(([name, [podTemplate, field, value]]): Abuse[] => [
    {
      object: model(`serving-${name}`, { serving: { podTemplate } }),
      field: `spec.serving.podTemplate.${field}`,
      value,
    },
    {
      object: model(`scheduled-${name}`, { runTemplate: { spec: { podTemplate } } }),
      field: `spec.runTemplate.spec.podTemplate.${field}`,
      value,
    },
  ]),
  {
    object: model('claim', { artifacts: { claimName: 'payments-data' } }),
    field: 'spec.artifacts.claimName',
    value: 'payments-data',
  },
  {
    object: model('secret', { serving: { tls: { secretName: 'payments-tls' } } }),
    field: 'spec.serving.tls.secretName',
    value: 'payments-tls',
  },
  {
    object: model('balancer', { serving: { service: { type: 'LoadBalancer' } } }),
    field: 'spec.serving.service.type',
    value: 'LoadBalancer',
  },
  {
    object: model('name', { serving: { service: { annotations: { [serviceAnnotation]: 'bank.test' } } } }),
    field: 'spec.serving.service.annotations',
    value: serviceAnnotation,
  },
];
