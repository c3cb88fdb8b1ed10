import assert from 'node:assert/strict';
import { annotations } from '../../../src/api/group.ts';
import { type ModelSpec, modelSpecSchema } from '../../../src/api/model.ts';
import { appliedDigest, withAppliedDigest } from '../../../src/controller/render/applied.ts';
import { renderAutoscaler } from '../../../src/controller/render/autoscaler.ts';
import { serverSelector } from '../../../src/controller/render/child.ts';
import { renderDeployment } from '../../../src/controller/render/deployment.ts';
import { renderDisruptionBudget } from '../../../src/controller/render/disruption-budget.ts';
import { renderService, serviceUrl } from '../../../src/controller/render/service.ts';
import { renderServiceMonitor } from '../../../src/controller/render/service-monitor.ts';
import { aModel, someSettings } from '../builders.ts';
import { restrictedViolations } from '../restricted.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests read any field of rendered objects.
type Json = any;

const model = aModel();
const version = '0123456789ab';

function deployment(serving: Record<string, unknown> = {}, spec: Partial<ModelSpec> = {}): Json {
  const whole = { ...modelSpecSchema.parse({ serving }), ...spec };
  return renderDeployment({ settings: someSettings(), model, spec: whole, run: 'aapl-1', version });
}

const container = (object: Json): Json => object.spec.template.spec.containers[0];

describe('render: the Deployment', () => {
  it('complies with the restricted profile for any pod template', () => {
    const securityContext = { runAsUser: 2000, runAsGroup: 0, fsGroup: 0 };
    for (const podTemplate of [{}, { securityContext }, { env: [{ name: 'A', value: 'b' }] }]) {
      assert.deepEqual(restrictedViolations(deployment({ podTemplate }).spec.template.spec), []);
    }
    assert.equal(deployment().spec.template.spec.automountServiceAccountToken, false);
    assert.equal(container(deployment()).securityContext.readOnlyRootFilesystem, true);
  });

  it('keeps the number of ready servers during a rollout', () => {
    const { strategy, progressDeadlineSeconds, replicas } = deployment({
      replicas: 3,
      rolloutDeadlineSeconds: 60,
    }).spec;
    assert.deepEqual(strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 });
    assert.deepEqual([progressDeadlineSeconds, replicas], [60, 3]);
  });

  it('serves the published version from a read-only volume', () => {
    const { template } = deployment().spec;
    const env = Object.fromEntries(container(deployment()).env.map(({ name, value }: Json) => [name, value]));
    assert.equal(env.BELLWETHER_MODEL_DIR, `/artifacts/aapl/.versions/${version}`);
    assert.equal(env.BELLWETHER_EXPECTED_VERSION, version);
    assert.equal(env.BELLWETHER_EXIT_ON_FAILURE, 'true');
    assert.equal(template.metadata.labels['bellwether.dev/version'], version);
    assert.equal(template.spec.volumes[0].persistentVolumeClaim.readOnly, true);
    assert.deepEqual(container(deployment()).volumeMounts[0], {
      name: 'artifacts',
      mountPath: '/artifacts/aapl/.versions',
      subPath: 'aapl/.versions',
      readOnly: true,
    });
  });

  it('lets a server start until the rollout deadline, and stop for longer than it drains', () => {
    const { startupProbe, readinessProbe, livenessProbe } = container(
      deployment({ rolloutDeadlineSeconds: 61 }),
    );
    assert.ok(startupProbe.periodSeconds * startupProbe.failureThreshold >= 61);
    assert.equal(readinessProbe.httpGet.path, '/health');
    assert.equal(livenessProbe.httpGet.path, '/livez');
    assert.equal(deployment().spec.template.spec.terminationGracePeriodSeconds, 40);
  });

  it('spreads its servers over nodes unless the user sets constraints', () => {
    const [own] = deployment().spec.template.spec.topologySpreadConstraints;
    assert.equal(own.whenUnsatisfiable, 'ScheduleAnyway');
    const topologySpreadConstraints = [{ maxSkew: 2 }];
    const constrained = deployment({ podTemplate: { topologySpreadConstraints } });
    assert.deepEqual(constrained.spec.template.spec.topologySpreadConstraints, topologySpreadConstraints);
  });

  it('has a selector that matches its pods and that no setting changes', () => {
    const labels = { 'bellwether.dev/model': 'other', team: 'x' };
    const object = deployment({ podTemplate: { labels } });
    assert.deepEqual(object.spec.selector, deployment().spec.selector);
    for (const [name, value] of Object.entries(serverSelector('aapl'))) {
      assert.equal(object.spec.selector.matchLabels[name], value);
      assert.equal(object.spec.template.metadata.labels[name], value);
    }
    assert.equal(object.spec.template.metadata.labels.team, 'x');
  });
});

describe('render: what belongs to a Deployment', () => {
  const { serving } = modelSpecSchema.parse({});

  it('a Service that targets the named port of its servers', () => {
    const service = { type: 'NodePort' as const, port: 8000, annotations: { a: 'b' } };
    const object: Json = renderService(model, { ...serving, service });
    assert.equal(object.spec.type, 'NodePort');
    assert.deepEqual(object.spec.selector, serverSelector('aapl'));
    const [port] = object.spec.ports;
    assert.deepEqual(
      [port.name, port.port, port.targetPort, port.appProtocol],
      ['http', 8000, 'http', 'http'],
    );
    assert.equal(container(deployment()).ports[0].name, port.targetPort);
    assert.deepEqual(object.metadata.annotations, { a: 'b' });
  });

  it('an autoscaler of the Model, not of the Deployment', () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 60 };
    const { spec }: Json = renderAutoscaler(model, autoscaling);
    assert.deepEqual(spec.scaleTargetRef, {
      apiVersion: 'bellwether.dev/v1alpha1',
      kind: 'Model',
      name: 'aapl',
    });
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 5]);
    assert.equal(spec.metrics[0].resource.target.averageUtilization, 60);
  });

  it('a budget over its servers', () => {
    const { spec }: Json = renderDisruptionBudget(model, { minAvailable: 2 });
    assert.equal(spec.minAvailable, 2);
    assert.deepEqual(spec.selector.matchLabels, serverSelector('aapl'));
  });

  it('a ServiceMonitor with the labels that Prometheus selects', () => {
    const labels = { release: 'p', 'bellwether.dev/model': 'other' };
    const object: Json = renderServiceMonitor(model, serving, { labels, intervalSeconds: 15 });
    assert.equal(object.metadata.labels.release, 'p');
    assert.equal(object.metadata.labels['bellwether.dev/model'], 'aapl');
    assert.deepEqual(object.spec.endpoints, [{ port: 'http', path: '/metrics', interval: '15s' }]);
  });
});

describe('render: tokens, TLS and rate limits', () => {
  const servingOf = (fields: Record<string, unknown>) => modelSpecSchema.parse({ serving: fields }).serving;
  const envOf = (object: Json): Json =>
    Object.fromEntries(container(object).env.map(({ name, value }: Json) => [name, value]));
  const auth = { secretName: 'tokens', metricsSecretName: 'scrapers' };
  const tls = { secretName: 'certificate' };
  const rateLimit = { requestsPerSecond: 50, burst: 70 };

  it('are off by default, and change nothing of the pods of earlier versions', () => {
    const object = deployment();
    assert.ok(!JSON.stringify(object).includes('/etc/bellwether'));
    assert.ok(!JSON.stringify(container(object).startupProbe).includes('scheme'));
    assert.ok(!Object.keys(envOf(object)).some(name => /TOKEN|TLS|RATE/.test(name)));
    assert.equal(object.spec.template.spec.volumes.length, container(object).volumeMounts.length);
  });

  for (const [fields, env, volumes] of [
    [
      { auth: { secretName: 'tokens' } },
      { BELLWETHER_TOKEN_FILE: '/etc/bellwether/tokens' },
      { tokens: 'tokens' },
    ],
    [
      { auth: { metricsSecretName: 'scrapers' } },
      { BELLWETHER_METRICS_TOKEN_FILE: '/etc/bellwether/metrics-tokens' },
      { 'metrics-tokens': 'scrapers' },
    ],
    [
      { tls },
      {
        BELLWETHER_TLS_CERT: '/etc/bellwether/tls/tls.crt',
        BELLWETHER_TLS_KEY: '/etc/bellwether/tls/tls.key',
      },
      { tls: 'certificate' },
    ],
    [{ rateLimit: { requestsPerSecond: 5 } }, { BELLWETHER_RATE_LIMIT: '5' }, {}],
    [{ rateLimit }, { BELLWETHER_RATE_LIMIT: '50', BELLWETHER_RATE_BURST: '70' }, {}],
  ] as const) {
    it(`${JSON.stringify(fields)} gives the server its options and Secrets, read-only`, () => {
      const plain = deployment();
      const object = deployment(fields);
      const added = Object.entries(envOf(object)).filter(([name]) => !(name in envOf(plain)));
      assert.deepEqual(Object.fromEntries(added), env);
      const { spec } = object.spec.template;
      const mounts = container(object).volumeMounts.slice(container(plain).volumeMounts.length);
      const own = spec.volumes.slice(plain.spec.template.spec.volumes.length);
      assert.deepEqual(
        Object.fromEntries(own.map(({ name, secret }: Json) => [name, secret.secretName])),
        volumes,
      );
      for (const { secret } of own)
        assert.deepEqual([secret.defaultMode, secret.optional], [0o440, undefined]);
      for (const { name, mountPath, readOnly, subPath } of mounts) {
        assert.deepEqual([mountPath, readOnly, subPath], [`/etc/bellwether/${name}`, true, undefined]);
      }
      assert.equal(mounts.length, own.length);
      assert.deepEqual(restrictedViolations(spec), []);
    });
  }

  it('take precedence over variables of the same name in the pod template', () => {
    const env = [{ name: 'BELLWETHER_TOKEN_FILE', value: '' }];
    assert.equal(
      envOf(deployment({ auth, podTemplate: { env } })).BELLWETHER_TOKEN_FILE,
      '/etc/bellwether/tokens',
    );
  });

  it('TLS changes probes, appProtocol and URL, but no name of a port', () => {
    const object = deployment({ tls });
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      assert.equal(container(object)[probe].httpGet.scheme, 'HTTPS', probe);
    }
    assert.deepEqual(container(object).ports, container(deployment()).ports);
    const service: Json = renderService(model, servingOf({ tls }));
    const [port] = service.spec.ports;
    assert.deepEqual([port.name, port.targetPort, port.appProtocol], ['http', 'http', 'https']);
    for (const [fields, url] of [
      [{}, 'http://aapl.default.svc'],
      [{ service: { port: 443 } }, 'http://aapl.default.svc:443'],
      [{ tls }, 'https://aapl.default.svc:80'],
      [{ tls, service: { port: 443 } }, 'https://aapl.default.svc'],
    ] as const) {
      assert.equal(serviceUrl(model, servingOf(fields)), url);
    }
  });

  it('are known to the ServiceMonitor', () => {
    const endpoint = (fields: Record<string, unknown>, monitor = {}): Json => {
      const serving = servingOf({ ...fields, serviceMonitor: monitor });
      const object: Json = renderServiceMonitor(model, serving, serving.serviceMonitor!);
      const [{ port: _, path: __, interval: ___, ...rest }] = object.spec.endpoints;
      return rest;
    };
    const serverName = 'aapl.default.svc';
    const ca = { secret: { name: 'certificate', key: 'ca.crt' } };
    const other = { configMap: { name: 'authority', key: 'pem' } };
    for (const [fields, monitor, expected] of [
      [{}, {}, {}],
      [{}, { tlsConfig: { insecureSkipVerify: true } }, {}],
      [
        { auth: { secretName: 'tokens' } },
        {},
        { authorization: { credentials: { name: 'tokens', key: 'token' } } },
      ],
      [{ auth }, {}, { authorization: { credentials: { name: 'scrapers', key: 'token' } } }],
      [{ tls }, {}, { scheme: 'https', tlsConfig: { serverName, ca } }],
      [{ tls }, { tlsConfig: {} }, { scheme: 'https', tlsConfig: { serverName } }],
      [
        { tls },
        { tlsConfig: { ca: other, serverName: 'a.test' } },
        { scheme: 'https', tlsConfig: { serverName: 'a.test', ca: other } },
      ],
    ] as const) {
      assert.deepEqual(endpoint(fields, monitor), expected);
    }
  });

  it('are refused when they would protect nothing', () => {
    for (const fields of [
      { auth: {} },
      { auth: { secretName: '' } },
      { auth: { secretName: 'A' } },
      { tls: {} },
      { tls: { secretName: '../x' } },
      { rateLimit: {} },
      { rateLimit: { requestsPerSecond: 0 } },
      { rateLimit: { burst: 1 } },
    ]) {
      assert.equal(modelSpecSchema.safeParse({ serving: fields }).success, false, JSON.stringify(fields));
    }
  });
});

describe('render: the digest of the applied object', () => {
  it('does not depend on the order of fields, and differs for a different object', () => {
    const object = deployment();
    const { spec, metadata, ...rest } = object;
    assert.equal(appliedDigest({ metadata, ...rest, spec }), appliedDigest(object));
    assert.notEqual(appliedDigest(deployment({ replicas: 2 })), appliedDigest(object));
    assert.equal(appliedDigest(withAppliedDigest(object)), appliedDigest(object));
    assert.equal(withAppliedDigest(object).metadata.annotations[annotations.applied], appliedDigest(object));
  });

  it("keeps the object's own annotations", () => {
    const service = { type: 'ClusterIP' as const, port: 80, annotations: { a: 'b' } };
    const object = withAppliedDigest(renderService(model, { ...modelSpecSchema.parse({}).serving, service }));
    assert.equal(object.metadata.annotations?.a, 'b');
  });
});
