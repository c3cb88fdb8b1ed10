/** Which connections the policies allow, with the labels of the rendered pods. */
import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { modelSpecSchema } from '../../../src/api/model.ts';
import type { Settings } from '../../../src/controller/observation.ts';
import { renderDeployment } from '../../../src/controller/render/deployment.ts';
import {
  renderFetchPolicy,
  renderJobsPolicy,
  renderServerPolicy,
} from '../../../src/controller/render/network-policy.ts';
import { renderScoreJob } from '../../../src/controller/render/score-job.ts';
import { renderStageJob } from '../../../src/controller/render/stage-job.ts';
import { aModel, aRun, aSpec, noon, someSettings } from '../builders.ts';
import { allows, type Endpoint, type Policy } from './network-evaluator.ts';

const model = aModel();
const other = aModel({ name: 'msft' });
const on = someSettings({ networkPolicies: { egress: [] } });

function policiesOf(serving: object = {}, settings: Settings = on): Policy[] {
  const spec = modelSpecSchema.parse({ serving });
  return [
    renderServerPolicy(model, spec.serving, settings),
    renderJobsPolicy(model, settings),
    renderFetchPolicy(model, settings),
  ].filter(policy => policy !== null);
}

const spec = modelSpecSchema.parse({});
const version = '0123456789ab';

function pod(
  template: { readonly metadata?: { readonly labels?: object } | undefined },
  address: string,
): Endpoint {
  const labels = (template.metadata?.labels ?? {}) as Record<string, string>;
  return { namespace: 'default', labels, address, ports: { http: 8080 } };
}

function server(of = model): Endpoint {
  const input = { settings: on, model: of, spec, run: 'aapl-1', version };
  return pod(renderDeployment(input).spec?.template ?? {}, '10.0.0.1');
}

function stage(name: StageName): Endpoint {
  const run = aRun();
  const input = {
    settings: on,
    run,
    spec: aSpec(),
    modelSpec: spec,
    stage: name,
    startedAt: '2026-11-23T12:00:00Z',
  };
  return pod(
    renderStageJob({ ...input, champion: null, served: [], tenures: [] }).spec?.template ?? {},
    '10.0.0.2',
  );
}

const score = pod(
  renderScoreJob({ settings: on, model, spec, champion: version, tenures: [], time: noon }).spec?.template ??
    {},
  '10.0.0.3',
);

const client: Endpoint = { namespace: 'default', labels: {}, address: '10.0.0.4' };
const prometheus: Endpoint = { namespace: 'monitoring', labels: {}, address: '10.0.0.5', ports: {} };
const dnsServer: Endpoint = {
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns' },
  address: '10.0.0.6',
};
const yahoo: Endpoint = { address: '98.137.11.163' };
const yahoo6: Endpoint = { address: '2001:4998:44:3507::8001' };
const metadata: Endpoint = { address: '169.254.169.254' };
const apiServer: Endpoint = { address: '10.96.0.1' };
const outside: Endpoint = { address: '203.0.113.7' };

describe('the network policies of a Model', () => {
  const allowed: [string, Endpoint, Endpoint, number, ('TCP' | 'UDP')?][] = [
    ['a client in the namespace reaches a server', client, server(), 8080],
    ['Prometheus in another namespace reaches a server', prometheus, server(), 8080],
    ["another Model's server is not affected", outside, server(other), 8080],
    ["another Model's server may open connections", server(other), yahoo, 443],
    ...[stage('Fetch'), score].flatMap((from): [string, Endpoint, Endpoint, number, ('TCP' | 'UDP')?][] => [
      ['a pod that fetches reaches DNS', from, dnsServer, 53, 'UDP'],
      ['a pod that fetches reaches DNS by TCP', from, dnsServer, 53],
      ['a pod that fetches reaches Yahoo', from, yahoo, 443],
      ['a pod that fetches reaches Yahoo by IPv6', from, yahoo6, 443],
    ]),
  ];
  for (const [name, from, to, port, protocol] of allowed) {
    it(name, () =>
      assert.equal(allows(policiesOf(), { from, to, port, ...(protocol && { protocol }) }), true),
    );
  }

  const private4 = [
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.20.10',
    '224.0.0.1',
  ];
  const private6 = ['::1', 'fd00::1', 'fe80::1', 'ff02::1'];
  const denied: [string, Endpoint, Endpoint, number, ('TCP' | 'UDP')?][] = [
    ['an address outside of the cluster reaches no server', outside, server(), 8080],
    ['a client reaches no other port of a server', client, server(), 9229],
    ['a server opens no connection', server(), yahoo, 443],
    ['a server does not even reach DNS', server(), dnsServer, 53, 'UDP'],
    ['a server does not reach the API server', server(), apiServer, 443],
    ...[...stageNames.map(stage), score].flatMap((job): [string, Endpoint, Endpoint, number][] => [
      ['a client reaches no pod of a stage', client, job, 8080],
      ['a pod of a stage does not reach the metadata service', job, metadata, 80],
      ['nor that by 443', job, metadata, 443],
      ['a pod of a stage does not reach the API server', job, apiServer, 443],
      ['a pod of a stage does not reach a server', job, server(), 8080],
      ['a pod of a stage does not reach a client', job, client, 443],
      ['a pod of a stage does not reach Yahoo by HTTP', job, yahoo, 80],
    ]),
    ...(['Features', 'Train', 'Evaluate'] as const).flatMap(
      (name): [string, Endpoint, Endpoint, number][] => [
        [`${name} does not reach Yahoo`, stage(name), yahoo, 443],
        [`${name} does not reach DNS`, stage(name), dnsServer, 53],
      ],
    ),
    ...[...private4, ...private6].map((address): [string, Endpoint, Endpoint, number] => [
      `Fetch does not reach ${address}`,
      stage('Fetch'),
      { address },
      443,
    ]),
  ];
  for (const [name, from, to, port, protocol] of denied) {
    it(name, () =>
      assert.equal(allows(policiesOf(), { from, to, port, ...(protocol && { protocol }) }), false),
    );
  }

  describe('of its servers', () => {
    const reach = (serving: object, settings = on) =>
      [client, prometheus, outside].map(from =>
        allows(policiesOf(serving, settings), { from, to: server(), port: 8080 }),
      );
    const monitoring = [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ];
    for (const [name, serving, expected] of [
      ['by default admit the cluster', {}, [true, true, false]],
      ['admit everyone for a LoadBalancer', { service: { type: 'LoadBalancer' } }, [true, true, true]],
      ['admit everyone for a NodePort', { service: { type: 'NodePort' } }, [true, true, true]],
      ['admit the namespace if the field has no peers', { networkPolicy: {} }, [true, false, false]],
      ['admit the peers', { networkPolicy: { from: monitoring } }, [false, true, false]],
      [
        'admit only the peers for a LoadBalancer too',
        { service: { type: 'LoadBalancer' }, networkPolicy: { from: monitoring } },
        [false, true, false],
      ],
      ['admit no one with an empty list', { networkPolicy: { from: [] } }, [false, false, false]],
      ['can be switched off', { networkPolicy: { enabled: false } }, [true, true, true]],
    ] as const) {
      it(name, () => assert.deepEqual(reach(serving), expected));
    }

    it("exist without the operator's policies only if the Model has them", () => {
      const off = someSettings({ networkPolicies: null });
      assert.deepEqual(policiesOf({}, off), []);
      assert.deepEqual(reach({ networkPolicy: {} }, off), [true, false, false]);
      const opened = policiesOf({ networkPolicy: { enabled: false } });
      assert.equal(allows(opened, { from: server(), to: yahoo, port: 443 }), true);
      assert.equal(allows(opened, { from: stage('Train'), to: yahoo, port: 443 }), false);
    });
  });

  describe('of pods that fetch', () => {
    const fetches = (host: string, to: Endpoint, port: number, egress: object[] = []) => {
      const settings = someSettings({
        sourceEnvironment: { YAHOO_QUERY_HOST: host },
        networkPolicies: { egress },
      });
      return allows(policiesOf({}, settings), { from: stage('Fetch'), to, port });
    };
    const standIn: Endpoint = { namespace: 'tests', labels: { app: 'yahoo' }, address: '10.0.0.9' };

    it('allow the pods of a Service that replaces Yahoo, whatever their port, and Yahoo no longer', () => {
      for (const host of ['http://yahoo.tests.svc:80', 'http://yahoo.tests.svc.cluster.local']) {
        assert.equal(fetches(host, standIn, 8080), true);
        assert.equal(fetches(host, prometheus, 8080), false);
        assert.equal(fetches(host, yahoo, 443), false);
      }
    });

    for (const [host, address, port] of [
      ['http://yahoo.test:8080', '10.9.8.7', 8080],
      ['http://yahoo.test', '10.9.8.7', 80],
      ['yahoo.test', '10.9.8.7', 443],
      ['http://10.9.8.7:8080', '10.9.8.7', 8080],
      ['http://[fd00::7]:8080', 'fd00::7', 8080],
    ] as const) {
      it(`allow the port of ${host}`, () => {
        assert.equal(fetches(host, { address }, port), true);
        assert.equal(fetches(host, { address }, port + 1), false);
      });
    }

    it('allow only the address if the host is one', () => {
      assert.equal(fetches('http://10.9.8.7:8080', { address: '10.9.8.8' }, 8080), false);
    });

    it('allow what the settings add, such as a proxy', () => {
      const proxy = [{ to: [{ ipBlock: { cidr: '10.9.8.7/32' } }], ports: [{ port: 3128 }] }];
      assert.equal(fetches('', { address: '10.9.8.7' }, 3128, proxy), true);
      assert.equal(fetches('', { address: '10.9.8.7' }, 3128), false);
      assert.equal(fetches('', yahoo, 443, proxy), true);
    });
  });
});
