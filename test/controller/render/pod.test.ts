import assert from 'node:assert/strict';
import { mergedResources, type PodOptions, renderPodTemplate } from '../../../src/controller/render/pod.ts';
import { someSettings } from '../builders.ts';

const options = (template: PodOptions['template']): PodOptions => ({
  settings: someSettings(),
  template,
  labels: { operator: 'yes' },
  claimName: 'aapl-artifacts',
  artifacts: [{ subPath: 'aapl/.versions', readOnly: true }],
  container: { name: 'server', args: ['server'] },
  env: { PORT: '8080' },
  resources: {},
  spec: { terminationGracePeriodSeconds: 40 },
});

describe('a pod', () => {
  it("takes placement, identity and image from the user's template", () => {
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
    const { metadata, spec } = renderPodTemplate(options(template));
    const { image, imagePullPolicy, annotations, securityContext, ...placement } = template;
    assert.deepEqual({ ...spec, ...placement }, spec);
    assert.deepEqual(metadata?.annotations, annotations);
    assert.match(
      JSON.stringify(spec.containers),
      new RegExp(`"image":"${image}","imagePullPolicy":"${imagePullPolicy}"`),
    );
    assert.match(JSON.stringify(spec.securityContext), /"runAsUser":2000,"runAsGroup":1000/);
  });

  it('has no fields that the user did not set', () => {
    const { metadata, spec } = renderPodTemplate(options(undefined));
    assert.deepEqual(metadata, { labels: { operator: 'yes' } });
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
    ['nothing is set', undefined, defaults],
    [
      'a limit is set',
      { limits: { memory: '128Mi' } },
      { requests: { cpu: '500m' }, limits: { memory: '128Mi' } },
    ],
    [
      'a request is set',
      { requests: { memory: '2Gi' } },
      { requests: { cpu: '500m', memory: '2Gi' }, limits: {} },
    ],
    [
      'another quantity is set',
      { limits: { cpu: 2 } },
      { requests: { memory: '256Mi' }, limits: { memory: '1Gi', cpu: 2 } },
    ],
  ] as const;
  for (const [title, user, expected] of table) {
    it(`merges resources without contradiction if ${title}`, () => {
      assert.deepEqual(mergedResources(defaults, user), expected);
    });
  }
});
