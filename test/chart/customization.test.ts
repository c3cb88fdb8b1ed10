/** Values by which users adapt the chart's objects. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chart, hasHelm, one, type Rendered, render } from './render.ts';

const selector = {
  'app.kubernetes.io/name': 'bellwether',
  'app.kubernetes.io/instance': 'r',
  'app.kubernetes.io/component': 'operator',
};
const renderWith = (values: object): Rendered[] => render({ crds: { enabled: false }, ...values });
const podSpec = (values: object) => one(renderWith(values), 'Deployment').spec.template.spec;
const operator = (values: object) => podSpec(values).containers[0];

describe('customization of the chart', () => {
  before(function () {
    if (!hasHelm) this.skip();
  });

  describe('labels and annotations', () => {
    it('take the most specific value, and never change what selectors use', () => {
      const objects = renderWith({
        commonLabels: {
          team: 'common',
          tier: '',
          'app.kubernetes.io/name': 'x',
          'app.kubernetes.io/part-of': 'y',
        },
        podLabels: { team: 'pod', 'app.kubernetes.io/component': 'x' },
        service: { labels: { team: 'service', 'app.kubernetes.io/instance': 'x' } },
        serviceAccount: { labels: { team: 'account' } },
        serviceMonitor: { enabled: true, labels: { team: 'monitor' } },
      });
      const deployment = one(objects, 'Deployment');
      const labelsByTeam = [
        ['common', deployment.metadata.labels],
        ['pod', deployment.spec.template.metadata.labels],
        ['service', one(objects, 'Service').metadata.labels],
        ['account', one(objects, 'ServiceAccount').metadata.labels],
        ['monitor', one(objects, 'ServiceMonitor').metadata.labels],
      ] as const;
      for (const [team, labels] of labelsByTeam) {
        const expected = { ...selector, team, tier: '', 'app.kubernetes.io/part-of': 'y' };
        assert.deepEqual({ ...labels, ...expected }, labels);
      }
      assert.deepEqual(deployment.spec.selector.matchLabels, selector);
      assert.deepEqual(one(objects, 'Service').spec.selector, selector);
      assert.deepEqual(one(objects, 'ServiceMonitor').spec.selector.matchLabels, selector);
    });

    it('never replace annotations that the chart depends on', () => {
      const objects = render({
        commonAnnotations: {
          team: 'common',
          'helm.sh/hook': 'pre-install',
          'helm.sh/resource-policy': 'none',
        },
        crds: { annotations: { team: 'crd' } },
        deploymentAnnotations: { team: 'deployment' },
        podAnnotations: { team: 'pod' },
        service: { annotations: { team: 'service' } },
        serviceAccount: { annotations: { team: 'account' } },
        serviceMonitor: { enabled: true, annotations: { team: 'monitor' } },
      });
      const definition = one(objects, 'CustomResourceDefinition', 'models.bellwether.dev');
      const deployment = one(objects, 'Deployment');
      for (const [team, { annotations }] of [
        ['crd', definition.metadata],
        ['deployment', deployment.metadata],
        ['pod', deployment.spec.template.metadata],
        ['service', one(objects, 'Service').metadata],
        ['account', one(objects, 'ServiceAccount').metadata],
        ['monitor', one(objects, 'ServiceMonitor').metadata],
        ['common', one(objects, 'Pod').metadata],
      ] as const) {
        assert.equal(annotations?.team, team);
      }
      assert.equal(definition.metadata.annotations?.['helm.sh/resource-policy'], 'keep');
      assert.equal(one(objects, 'Pod').metadata.annotations?.['helm.sh/hook'], 'test');
    });
  });

  it('removes the probes that are null, and adds a startup probe and lifecycle hooks', () => {
    const none = operator({ livenessProbe: null, readinessProbe: null });
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']) {
      assert.ok(!(probe in none), probe);
    }
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    const all = operator({ startupProbe: { failureThreshold: 30 }, lifecycle });
    assert.deepEqual(all.startupProbe, { httpGet: { path: '/healthz', port: 'http' }, failureThreshold: 30 });
    assert.equal(all.livenessProbe.httpGet.path, '/healthz');
    assert.equal(all.readinessProbe.httpGet.path, '/readyz');
    assert.deepEqual(all.lifecycle, lifecycle);
  });

  it('adds containers, init containers, volumes and environment variables, which replace those of the chart', () => {
    const [init, sidecar] = [{ name: 'init' }, { name: 'sidecar' }];
    const volume = { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } };
    const mount = { name: 'tmp', mountPath: '/tmp', subPath: 'a' };
    const variable = { name: 'BELLWETHER_LOG_LEVEL', value: 'trace' };
    const spec = podSpec({
      initContainers: [init],
      extraContainers: [sidecar],
      extraVolumes: [volume],
      extraVolumeMounts: [mount],
      extraEnv: [variable],
    });
    assert.deepEqual(
      [spec.initContainers, spec.containers.slice(1), spec.volumes],
      [[init], [sidecar], [volume]],
    );
    assert.deepEqual(spec.containers[0].volumeMounts, [mount]);
    assert.deepEqual(
      spec.containers[0].env.filter(({ name }: { name: string }) => name === variable.name),
      [variable],
    );
  });

  it('adds objects, as YAML or text, which are templates', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: '{{ include "bellwether.fullname" . }}-map', namespace: '{{ .Release.Namespace }}' },
      data: { port: '{{ .Values.service.port }}' },
    };
    const text = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}-secret\n';
    const objects = renderWith({ extraObjects: [object, text] });
    const { metadata, data } = one(objects, 'ConfigMap');
    assert.deepEqual([metadata, data], [{ name: 'r-bellwether-map', namespace: 'ns' }, { port: '8081' }]);
    assert.equal(one(objects, 'Secret').metadata.name, 'r-secret');
  });

  it('admits the pod of `helm test` where the network policy admits only some peers', () => {
    const from = [{ namespaceSelector: { matchLabels: { team: 'monitoring' } } }];
    const egress = [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }];
    const objects = renderWith({ networkPolicy: { enabled: true, from, egress } });
    const { spec } = one(objects, 'NetworkPolicy');
    const [first, test] = spec.ingress[0].from;
    assert.deepEqual(first, from[0]);
    const { labels } = one(objects, 'Pod').metadata;
    assert.deepEqual({ ...labels, ...test.podSelector.matchLabels }, labels);
    assert.equal(test.podSelector.matchLabels['app.kubernetes.io/component'], 'test');
    assert.deepEqual(spec.egress.slice(1), egress);
    const open = one(renderWith({ networkPolicy: { enabled: true } }), 'NetworkPolicy').spec;
    assert.deepEqual([open.ingress, open.egress.length], [[{ ports: [{ port: 'http' }] }], 1]);
  });

  it('limits disruptions by either of two fields', () => {
    const budget = (values: object) =>
      one(renderWith({ podDisruptionBudget: { enabled: true, ...values } }), 'PodDisruptionBudget').spec;
    const fields = ({ minAvailable, maxUnavailable }: Record<string, unknown>) => [
      minAvailable,
      maxUnavailable,
    ];
    assert.deepEqual(fields(budget({})), [undefined, 1]);
    assert.deepEqual(fields(budget({ maxUnavailable: '50%' })), [undefined, '50%']);
    assert.deepEqual(fields(budget({ minAvailable: 0 })), [0, undefined]);
    assert.deepEqual(fields(budget({ minAvailable: '50%', maxUnavailable: 2 })), ['50%', undefined]);
  });

  it('sets the IP families of the Service and the relabelings of the ServiceMonitor', () => {
    const families = { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] };
    const relabelings = [{ targetLabel: 'cluster', replacement: 'a' }];
    const metricRelabelings = [{ action: 'labeldrop', regex: 'pod' }];
    const objects = renderWith({
      service: families,
      serviceMonitor: { enabled: true, relabelings, metricRelabelings },
    });
    const { spec } = one(objects, 'Service');
    assert.deepEqual({ ...spec, ...families }, spec);
    const [endpoint] = one(objects, 'ServiceMonitor').spec.endpoints;
    assert.deepEqual({ ...endpoint, relabelings, metricRelabelings }, endpoint);
  });

  it('moves every namespaced object, and what refers to its namespace', () => {
    const objects = renderWith({ namespaceOverride: 'other', serviceMonitor: { enabled: true } });
    const namespaces = new Set(objects.map(({ metadata }) => metadata.namespace));
    assert.deepEqual(namespaces, new Set(['other', undefined]));
    assert.ok(!JSON.stringify(objects).includes('"ns"'));
    assert.equal(one(objects, 'ClusterRoleBinding').subjects[0].namespace, 'other');
    assert.deepEqual(one(objects, 'ServiceMonitor').spec.namespaceSelector.matchNames, ['other']);
  });

  describe('in a parent chart', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'parent-chart-'));
      await mkdir(join(folder, 'charts'));
      await cp(chart, join(folder, 'charts/bellwether'), { recursive: true });
      const dependency = { name: 'bellwether', version: '*', condition: 'bellwether.enabled' };
      const metadata = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] };
      await writeFile(join(folder, 'Chart.yaml'), JSON.stringify(metadata));
    });
    after(() => rm(folder, { recursive: true }));

    for (const enabled of [true, false]) {
      it(`is ${enabled ? 'part of the release' : 'left out'} when the condition \`enabled\` is ${enabled}`, () => {
        const values = JSON.stringify({
          bellwether: { enabled, livenessProbe: null, crds: { enabled: false } },
        });
        const flags = ['--kube-version', '1.34.0', '--values', '-'];
        const text = execFileSync('helm', ['template', 'r', folder, ...flags], {
          input: values,
          encoding: 'utf8',
          stdio: 'pipe',
        });
        assert.equal(/^kind: Deployment$/m.test(text), enabled);
        assert.ok(!text.includes('livenessProbe'));
      });
    }
  });
});
