import assert from 'node:assert/strict';
import { annotations } from '../../../src/api/group.ts';
import { type ModelSpec, modelSpecSchema } from '../../../src/api/model.ts';
import { appliedDigest, withAppliedDigest } from '../../../src/controller/render/applied.ts';
import { renderAutoscaler } from '../../../src/controller/render/autoscaler.ts';
import { serverSelector } from '../../../src/controller/render/child.ts';
import { renderDeployment } from '../../../src/controller/render/deployment.ts';
import { renderDisruptionBudget } from '../../../src/controller/render/disruption-budget.ts';
import { renderNetworkPolicy } from '../../../src/controller/render/network-policy.ts';
import { renderService } from '../../../src/controller/render/service.ts';
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
    assert.equal(container(deployment()).volumeMounts[0].readOnly, true);
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

  it('a network policy that admits the given peers on one port, and allows no connection out', () => {
    const from = [{ namespaceSelector: {} }];
    for (const [networkPolicy, peers] of [
      [{}, [{ podSelector: {} }]],
      [{ from }, from],
    ] as const) {
      const { spec }: Json = renderNetworkPolicy(
        model,
        networkPolicy as { from?: Record<string, unknown>[] },
      );
      assert.deepEqual(spec.ingress, [{ from: peers, ports: [{ protocol: 'TCP', port: 'http' }] }]);
      assert.deepEqual([spec.policyTypes, spec.egress], [['Ingress', 'Egress'], []]);
    }
    const { spec }: Json = renderNetworkPolicy(model, { from: [] });
    assert.deepEqual(spec.ingress, []);
  });

  it('a ServiceMonitor with the labels that Prometheus selects', () => {
    const labels = { release: 'p', 'bellwether.dev/model': 'other' };
    const object: Json = renderServiceMonitor(model, { labels, intervalSeconds: 15 });
    assert.equal(object.metadata.labels.release, 'p');
    assert.equal(object.metadata.labels['bellwether.dev/model'], 'aapl');
    assert.deepEqual(object.spec.endpoints, [{ port: 'http', path: '/metrics', interval: '15s' }]);
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
