/** The chart's objects. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import manifest from '../../package.json' with { type: 'json' };
import { rulesFile } from '../../scripts/generated/alert-rules.ts';
import { allowedSchema } from '../../src/api/allowed.ts';
import { operatorConfigSchema, readOperatorConfig } from '../../src/controller/config.ts';
import { events, leases } from '../../src/controller/resources.ts';
import { watchedTypes } from '../controller/builders.ts';
import { chart, hasHelm, names, one, type Rendered, render } from './render.ts';

const withoutDefinitions = { crds: { enabled: false } };

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

function container(objects: readonly Rendered[]) {
  return one(objects, 'Deployment').spec.template.spec.containers[0];
}

/** The operator's environment variables. */
function environment(objects: readonly Rendered[]): Record<string, string> {
  const variables: { name: string; value?: string }[] = container(objects).env;
  return Object.fromEntries(variables.map(({ name, value = 'from-the-pod' }) => [name, value]));
}

/** `group/resource verb` for every permission of a role. */
function allowed(role: Rendered): string[] {
  return (role.rules as Rule[]).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap(group => resources.flatMap(of => verbs.map(verb => `${group}/${of} ${verb}`))),
  );
}

/** The objects without the CustomResourceDefinitions and the test. */
const renderOperator = (values: object = {}) => render({ ...withoutDefinitions, ...values }, '--skip-tests');

describe('the chart', () => {
  before(function () {
    if (!hasHelm) this.skip();
  });

  it('passes the linter', () => {
    execFileSync('helm', ['lint', '--strict', chart, '--kube-version', '1.34.0'], { stdio: 'pipe' });
  });

  it('renders these objects by default', () => {
    assert.deepEqual(names(render()), [
      'ClusterRole -/ns-r-bellwether-edit',
      'ClusterRole -/ns-r-bellwether-operator',
      'ClusterRole -/ns-r-bellwether-view',
      'ClusterRoleBinding -/ns-r-bellwether-operator',
      'CustomResourceDefinition -/models.bellwether.dev',
      'CustomResourceDefinition -/trainingruns.bellwether.dev',
      'Deployment ns/r-bellwether',
      'Pod ns/r-bellwether-test-ready',
      'Role ns/r-bellwether-lease',
      'RoleBinding ns/r-bellwether-lease',
      'Service ns/r-bellwether',
      'ServiceAccount ns/r-bellwether',
      'ValidatingAdmissionPolicy -/ns-r-bellwether-models',
      'ValidatingAdmissionPolicy -/ns-r-bellwether-trainingruns',
      'ValidatingAdmissionPolicyBinding -/ns-r-bellwether-models',
      'ValidatingAdmissionPolicyBinding -/ns-r-bellwether-trainingruns',
    ]);
  });

  const cases: [name: string, values: object, added: string[], removed: string[]][] = [
    ['adds a ServiceMonitor', { serviceMonitor: { enabled: true } }, ['ServiceMonitor ns/r-bellwether'], []],
    [
      'leaves out the admission policies',
      { workloads: { admissionPolicy: false } },
      [],
      ['models', 'trainingruns'].flatMap(kind => [
        `ValidatingAdmissionPolicy -/ns-r-bellwether-${kind}`,
        `ValidatingAdmissionPolicyBinding -/ns-r-bellwether-${kind}`,
      ]),
    ],
    ['adds alerts', { prometheusRule: { enabled: true } }, ['PrometheusRule ns/r-bellwether'], []],
    [
      'adds alerts in another namespace',
      { prometheusRule: { enabled: true, namespace: 'monitoring' } },
      ['PrometheusRule monitoring/r-bellwether'],
      [],
    ],
    [
      'adds dashboards',
      { dashboards: { enabled: true } },
      ['models', 'operator', 'serving'].map(name => `ConfigMap ns/r-bellwether-dashboard-${name}`),
      [],
    ],
    [
      'adds a PodDisruptionBudget',
      { podDisruptionBudget: { enabled: true } },
      ['PodDisruptionBudget ns/r-bellwether'],
      [],
    ],
    ['adds a NetworkPolicy', { networkPolicy: { enabled: true } }, ['NetworkPolicy ns/r-bellwether'], []],
    [
      'leaves out the service account',
      { serviceAccount: { create: false } },
      [],
      ['ServiceAccount ns/r-bellwether'],
    ],
    [
      'leaves out the aggregated roles',
      { rbac: { aggregate: false } },
      [],
      ['ClusterRole -/ns-r-bellwether-edit', 'ClusterRole -/ns-r-bellwether-view'],
    ],
    [
      'leaves out the permissions on the Lease',
      { leaderElection: { enabled: false } },
      [],
      ['Role ns/r-bellwether-lease', 'RoleBinding ns/r-bellwether-lease'],
    ],
    [
      'has a role in each watched namespace',
      { watchNamespaces: ['a', 'b'] },
      ['a', 'b'].flatMap(ns => [
        `Role ${ns}/ns-r-bellwether-operator`,
        `RoleBinding ${ns}/ns-r-bellwether-operator`,
      ]),
      ['ClusterRole -/ns-r-bellwether-operator', 'ClusterRoleBinding -/ns-r-bellwether-operator'],
    ],
  ];
  for (const [name, values, added, removed] of cases) {
    it(`${name} on request`, () => {
      const before = names(renderOperator());
      const expected = [...before.filter(entry => !removed.includes(entry)), ...added].sort();
      assert.deepEqual(names(renderOperator(values)), expected);
    });
  }

  it('keeps the CustomResourceDefinitions on uninstall if requested, and changes only their metadata', () => {
    for (const keep of [true, false]) {
      const definition = one(
        render({ crds: { keep }, commonLabels: { team: 'a' } }),
        'CustomResourceDefinition',
        'models.bellwether.dev',
      );
      assert.equal(definition.metadata.annotations?.['helm.sh/resource-policy'], keep ? 'keep' : undefined);
      assert.equal(definition.metadata.labels.team, 'a');
      assert.equal(definition.spec.names.kind, 'Model');
    }
  });

  it('protects the endpoint of the operator on request: tokens, TLS and rate limit', () => {
    const monitor = { enabled: true };
    const plain = renderOperator({ serviceMonitor: monitor });
    for (const kind of ['Deployment', 'ServiceMonitor', 'Service'] as const) {
      const text = JSON.stringify(one(plain, kind, 'r-bellwether').spec);
      assert.ok(!/etc.bellwether|"https"|authorization/i.test(text), text);
    }
    const objects = renderOperator({
      auth: { secretName: 'tokens' },
      tls: { secretName: 'certificate' },
      rateLimit: { requestsPerSecond: 5, burst: 9 },
      serviceMonitor: monitor,
    });
    const pod = one(objects, 'Deployment', 'r-bellwether').spec.template.spec;
    const [container] = pod.containers;
    const env = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value?: string }) => [name, value]),
    );
    assert.deepEqual(
      ['TOKEN_FILE', 'TLS_CERT', 'TLS_KEY', 'RATE_LIMIT', 'RATE_BURST'].map(
        name => env[`BELLWETHER_${name}`],
      ),
      ['/etc/bellwether/tokens', '/etc/bellwether/tls/tls.crt', '/etc/bellwether/tls/tls.key', '5', '9'],
    );
    for (const probe of [container.livenessProbe, container.readinessProbe]) {
      assert.equal(probe.httpGet.scheme, 'HTTPS');
    }
    assert.deepEqual(
      pod.volumes
        .slice(1)
        .map(({ name, secret }: { name: string; secret: { secretName: string } }) => [
          name,
          secret.secretName,
        ]),
      [
        ['tls', 'certificate'],
        ['tokens', 'tokens'],
      ],
    );
    for (const { readOnly } of container.volumeMounts.slice(1)) assert.equal(readOnly, true);
    assert.equal(one(objects, 'Service', 'r-bellwether').spec.ports[0].appProtocol, 'https');
    const [endpoint] = one(objects, 'ServiceMonitor', 'r-bellwether').spec.endpoints;
    assert.deepEqual(
      [endpoint.scheme, endpoint.tlsConfig, endpoint.authorization],
      [
        'https',
        {
          serverName: 'r-bellwether.ns.svc',
          ca: { secret: { name: 'certificate', key: 'ca.crt' } },
        },
        { credentials: { name: 'tokens', key: 'token' } },
      ],
    );
  });

  it('applies the admission policies to the watched namespaces, with the lists and the image of the release', () => {
    const values = {
      watchNamespaces: ['a', '123'],
      workloads: { image: 'w:1', allowed: { images: ["reg.test/it's/*"], labels: [] } },
    };
    const objects = renderOperator(values);
    for (const kind of ['models', 'trainingruns']) {
      const name = `ns-r-bellwether-${kind}`;
      const { spec } = one(objects, 'ValidatingAdmissionPolicy', name);
      const variables = new Map(
        (spec.variables as { name: string; expression: string }[]).map(({ name, expression }) => [
          name,
          expression,
        ]),
      );
      assert.deepEqual(
        ['ownImage', 'images', 'labels', 'serviceTypes'].map(list => variables.get(list)),
        ['"w:1"', '["reg.test/it\'s/*"]', '[]', '["ClusterIP"]'],
      );
      const binding = one(objects, 'ValidatingAdmissionPolicyBinding', name).spec;
      assert.equal(binding.policyName, name);
      assert.deepEqual(binding.matchResources.namespaceSelector.matchExpressions, [
        { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a', '123'] },
      ]);
      const everywhere = one(renderOperator(), 'ValidatingAdmissionPolicyBinding', name).spec;
      assert.equal(everywhere.matchResources, undefined);
    }
  });

  it('refuses patterns that the operator refuses', () => {
    for (const allowed of [{ images: ['reg*'] }, { labels: ['a*b'] }, { claims: [''] }, { unknown: [] }]) {
      assert.throws(() => renderOperator({ workloads: { allowed } }), JSON.stringify(allowed));
      assert.equal(allowedSchema.safeParse(allowed).success, false);
    }
  });

  const settings: [values: object, expected: object][] = [
    [
      {},
      {
        image: `bellwether:${manifest.version}`,
        leaderElection: true,
        namespaces: [],
        leaseName: 'r-bellwether',
        leaseNamespace: 'from-the-pod',
        allowed: allowedSchema.parse({}),
      },
    ],
    [{ image: { registry: 'reg.test', tag: 'x' } }, { image: 'reg.test/bellwether:x' }],
    [{ image: { digest: `sha256:${'0'.repeat(64)}` } }, { image: `bellwether@sha256:${'0'.repeat(64)}` }],
    [{ workloads: { image: 'w:1', imagePullPolicy: 'Never' } }, { image: 'w:1', imagePullPolicy: 'Never' }],
    [
      { workloads: { allowed: { images: ['reg.test/<a>&/*'] } } },
      { allowed: allowedSchema.parse({ images: ['reg.test/<a>&/*'] }) },
    ],
    [{ watchNamespaces: ['a', 'b'] }, { namespaces: ['a', 'b'] }],
    [{ yahooHost: 'http://yahoo:8080' }, { yahooHost: 'http://yahoo:8080' }],
    [
      { concurrency: 8, resyncSeconds: 60, stopSeconds: 5 },
      { concurrency: 8, resyncSeconds: 60, stopSeconds: 5 },
    ],
    [{ leaderElection: { enabled: false } }, { leaderElection: false }],
    [
      { leaderElection: { leaseName: 'l' }, logLevel: 'debug' },
      { leaseName: 'l', logLevel: 'debug' },
    ],
    [{ extraEnv: [{ name: 'BELLWETHER_HOST', value: '::' }] }, { host: '::' }],
  ];
  for (const [values, expected] of settings) {
    it(`sets the operator's options: ${JSON.stringify(values)}`, () => {
      const config = readOperatorConfig([], environment(renderOperator(values)));
      assert.deepEqual({ ...config, ...expected }, config);
    });
  }

  it("keeps the label `namespace` of a Model's series when the operator is scraped", () => {
    const { endpoints } = one(renderOperator({ serviceMonitor: { enabled: true } }), 'ServiceMonitor').spec;
    assert.equal(endpoints[0].honorLabels, true);
  });

  it('has the alerts as the file has them, with labels for the Prometheus and links to where the runbook is', () => {
    const runbookUrl = 'https://wiki.test/$1/runbook.md';
    const labels = { release: 'prometheus' };
    const annotations = { team: 'a' };
    const [rule, plain] = [{ labels, annotations, runbookUrl }, {}].map(values =>
      one(renderOperator({ prometheusRule: { enabled: true, ...values } }), 'PrometheusRule'),
    );
    const text = readFileSync(rulesFile(chart), 'utf8');
    assert.deepEqual(plain?.spec, load(text));
    assert.deepEqual(rule?.spec, load(text.replaceAll(/https:.*(?=#)/g, () => runbookUrl)));
    assert.equal(rule?.metadata.labels.release, 'prometheus');
    assert.deepEqual(rule?.metadata.annotations, annotations);
  });

  it('leaves out alerts and changes their severity and duration by name', () => {
    const alerts = (values: object): Record<string, unknown>[] =>
      one(
        renderOperator({ prometheusRule: { enabled: true, ...values } }),
        'PrometheusRule',
      ).spec.groups.flatMap((group: { rules: unknown[] }) => group.rules);
    const [all, fewer] = [{}, { disabled: ['BellwetherRunStuck', 'BellwetherScoringFails'] }].map(alerts);
    assert.deepEqual(
      fewer,
      all?.filter(({ alert }) => alert !== 'BellwetherRunStuck' && alert !== 'BellwetherScoringFails'),
    );
    const overrides = { BellwetherPredictSlow: { severity: 'page', for: '1h30m' } };
    assert.deepEqual(
      alerts({ overrides }),
      all?.map(rule =>
        rule.alert === 'BellwetherPredictSlow'
          ? { ...rule, for: '1h30m', labels: { severity: 'page' } }
          : rule,
      ),
    );
    assert.throws(() => renderOperator({ prometheusRule: { disabled: ['RunStuck'] } }), /must be one of/);
    assert.throws(() => renderOperator({ prometheusRule: { overrides: { RunStuck: {} } } }), /RunStuck/);
  });

  it("sets the options that keep the operator's memory small, unless extraEnv replaces them", () => {
    const defaults = ['--max-semi-space-size=4', '2'];
    const replacement = { name: 'NODE_OPTIONS', value: '--use-openssl-ca' };
    const { NODE_OPTIONS, MALLOC_ARENA_MAX } = environment(renderOperator());
    assert.deepEqual([NODE_OPTIONS, MALLOC_ARENA_MAX], defaults);
    const variables: { name: string }[] = container(renderOperator({ extraEnv: [replacement] })).env;
    assert.deepEqual(
      variables.filter(({ name }) => name === 'NODE_OPTIONS'),
      [replacement],
    );
  });

  it('sets no variable that the operator does not read', () => {
    const names = Object.keys(operatorConfigSchema.shape);
    const variables = names.map(name => `BELLWETHER_${name.replace(/[A-Z]/g, c => `_${c}`).toUpperCase()}`);
    const given = Object.keys(environment(renderOperator({ watchNamespaces: ['a'], yahooHost: 'y' })));
    assert.deepEqual(
      given.filter(name => name.startsWith('BELLWETHER_') && !variables.includes(name)),
      [],
    );
  });

  it('grants list and watch on each kind that the operator caches, and nothing that it does not need', () => {
    const role = one(renderOperator(), 'ClusterRole', 'ns-r-bellwether-operator');
    const permissions = allowed(role);
    for (const type of watchedTypes) {
      for (const verb of ['list', 'watch']) {
        assert.ok(permissions.includes(`${type.group}/${type.plural} ${verb}`), `${type.kind} ${verb}`);
      }
    }
    const known = new Set([...watchedTypes, events, leases].map(({ group, plural }) => `${group}/${plural}`));
    for (const permission of permissions) {
      const [resource = ''] = permission.split(' ');
      const [group, kind] = resource.split('/');
      assert.ok(known.has(`${group}/${kind}`), permission);
      assert.ok(!permission.includes('*') && !permission.includes('secrets'), permission);
    }
    for (const kept of ['pods', 'persistentvolumeclaims', 'services', 'deployments', 'models']) {
      assert.ok(!permissions.some(permission => permission.endsWith(`/${kept} delete`)), kept);
    }
    assert.deepEqual(
      permissions.filter(permission => permission.startsWith('/pods')),
      ['/pods list', '/pods watch'],
    );
  });

  it('grants the same permissions in a namespace as in the cluster', () => {
    const wide = one(renderOperator(), 'ClusterRole', 'ns-r-bellwether-operator');
    const narrow = one(renderOperator({ watchNamespaces: ['a'] }), 'Role', 'ns-r-bellwether-operator');
    assert.deepEqual(narrow.rules, wide.rules);
  });

  it('grants changes of its own Lease only', () => {
    const rules: Rule[] = one(renderOperator(), 'Role').rules;
    const changing = rules.filter(({ verbs }) => verbs.some(verb => verb !== 'create'));
    assert.deepEqual(
      changing.map(({ resourceNames }) => resourceNames),
      [['r-bellwether']],
    );
  });

  it('refuses several replicas without leader election, and unknown values', () => {
    assert.throws(
      () => renderOperator({ replicas: 2, leaderElection: { enabled: false } }),
      /need leaderElection.enabled/,
    );
    assert.throws(() => renderOperator({ replica: 2 }), /additional properties 'replica' not allowed/);
    assert.throws(() => renderOperator({ image: { Tag: 'x' } }), /additional properties 'Tag' not allowed/);
    assert.throws(() => renderOperator({ logLevel: 'loud' }), /logLevel/);
    assert.throws(() => renderOperator({ prometheusRule: { runbookUrl: 'runbook.md' } }), /runbookUrl/);
  });

  it('has pods that meet the restricted profile', () => {
    const objects = render(withoutDefinitions);
    for (const spec of [one(objects, 'Deployment').spec.template.spec, one(objects, 'Pod').spec]) {
      assert.equal(spec.securityContext.runAsNonRoot, true);
      assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault');
      assert.deepEqual(spec.containers[0].securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('has a Service that selects the operator, and neither tests nor servers', () => {
    const objects = render(withoutDefinitions);
    const { selector } = one(objects, 'Service').spec;
    const isSelected = (labels: Readonly<Record<string, string>>) =>
      Object.entries(selector).every(([name, value]) => labels[name] === value);
    assert.ok(isSelected(one(objects, 'Deployment').spec.template.metadata.labels));
    assert.ok(!isSelected(one(objects, 'Pod').metadata.labels));
    assert.ok(
      !isSelected({
        'app.kubernetes.io/name': 'bellwether',
        'app.kubernetes.io/instance': 'r',
        'app.kubernetes.io/component': 'server',
      }),
    );
  });

  it('has the dashboards unchanged in ConfigMaps that a Grafana sidecar can select', () => {
    const dashboards = { enabled: true, namespace: 'grafana', folder: 'Models', annotations: { owner: 'a' } };
    const map = (values: object) =>
      one(renderOperator({ dashboards: values }), 'ConfigMap', 'r-bellwether-dashboard-serving');
    const { metadata, data } = map(dashboards);
    assert.equal(metadata.namespace, 'grafana');
    assert.equal(metadata.labels.grafana_dashboard, '1');
    assert.deepEqual(metadata.annotations, { owner: 'a', grafana_folder: 'Models' });
    const file = readFileSync(join(chart, 'dashboards/serving.json'), 'utf8');
    assert.deepEqual(data, { 'bellwether-serving.json': file });

    const other = map({ enabled: true, labels: { grafana_dashboard: null, dashboard: 'yes' } }).metadata;
    assert.deepEqual([other.namespace, other.labels.dashboard], ['ns', 'yes']);
    assert.ok(!('grafana_dashboard' in other.labels) && other.annotations === undefined);
  });

  it('passes the pod fields on to the pod', () => {
    const fields = {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1 }],
      priorityClassName: 'high',
      runtimeClassName: 'gvisor',
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.2'] },
      imagePullSecrets: [{ name: 's' }],
    };
    const { spec } = one(renderOperator(fields), 'Deployment').spec.template;
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(spec[name], value, name);
    const inside = container(
      renderOperator({
        extraArgs: ['--log-level=debug'],
        extraEnvFrom: [{ configMapRef: { name: 'c' } }],
        extraVolumeMounts: [{ name: 'v', mountPath: '/v' }],
        resources: { limits: { cpu: 1 } },
      }),
    );
    assert.deepEqual(inside.args, ['operator', '--log-level=debug']);
    assert.deepEqual(inside.envFrom, [{ configMapRef: { name: 'c' } }]);
    assert.deepEqual(inside.volumeMounts.at(-1), { name: 'v', mountPath: '/v' });
    assert.equal(inside.resources.limits.cpu, 1);
  });

  it('keeps names within 63 characters', () => {
    const objects = render({ fullnameOverride: 'n'.repeat(63) });
    for (const { kind, metadata } of objects) {
      if (kind !== 'CustomResourceDefinition')
        assert.ok(metadata.name.length <= 63 || kind.startsWith('Role'), metadata.name);
    }
  });
});
