import assert from 'node:assert/strict';
import { mergedResources, type PodOptions, renderPodTemplate } from '../../../src/controller/render/pod.ts';
import { someSettings } from '../builders.ts';

const parts = (template: PodOptions['template']): PodOptions => ({
  settings: someSettings(),
  template,
  labels: { ours: 'yes' },
  claimName: 'aapl-artifacts',
  artifactsReadOnly: true,
  container: { name: 'server', args: ['server'] },
  env: { PORT: '8080' },
  resources: {},
  spec: { terminationGracePeriodSeconds: 40 },
});

describe('a pod', () => {
  it('runs where, as whom and with what its user says', () => {
    const template = {
      image: 'mine:1',
      imagePullPolicy: 'Always' as const,
      imagePullSecrets: [{ name: 'registry' }],
      annotations: { note: 'x' },
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'gpu', operator: 'Exists' as const }],
      affinity: { nodeAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1 }],
      priorityClassName: 'batch',
      serviceAccountName: 'trainer',
      securityContext: { runAsUser: 2000 },
    };
    const { metadata, spec } = renderPodTemplate(parts(template));
    const { image, imagePullPolicy, annotations, securityContext, ...placement } = template;
    assert.deepEqual({ ...spec, ...placement }, spec);
    assert.deepEqual(metadata?.annotations, annotations);
    assert.match(
      JSON.stringify(spec.containers),
      new RegExp(`"image":"${image}","imagePullPolicy":"${imagePullPolicy}"`),
    );
    assert.match(JSON.stringify(spec.securityContext), /"runAsUser":2000,"runAsGroup":1000/);
  });

  it('says nothing that nobody said', () => {
    const { metadata, spec } = renderPodTemplate(parts(undefined));
    assert.deepEqual(metadata, { labels: { ours: 'yes' } });
    assert.deepEqual(Object.keys(spec).toSorted(), [
      'automountServiceAccountToken',
      'containers',
      'enableServiceLinks',
      'securityContext',
      'terminationGracePeriodSeconds',
      'volumes',
    ]);
  });

  const defaults = { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '1Gi' } };
  const table = [
    ['nothing is said', undefined, defaults],
    [
      'a limit is said',
      { limits: { memory: '128Mi' } },
      { requests: { cpu: '500m' }, limits: { memory: '128Mi' } },
    ],
    [
      'a request is said',
      { requests: { memory: '2Gi' } },
      { requests: { cpu: '500m', memory: '2Gi' }, limits: {} },
    ],
    [
      'another quantity is said',
      { limits: { cpu: 2 } },
      { requests: { memory: '256Mi' }, limits: { memory: '1Gi', cpu: 2 } },
    ],
  ] as const;
  for (const [title, said, expected] of table) {
    it(`has resources that no default contradicts when ${title}`, () => {
      assert.deepEqual(mergedResources(defaults, said), expected);
    });
  }
});
