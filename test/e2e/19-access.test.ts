/** Tokens, TLS and rate limits of servers and operator: set at birth, rotated without a restart, and removed. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apply, type Fields, type Found, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { runInCluster } from '../../support/cluster/pod.ts';
import { installChart, releaseName, testChart } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { until, untilFinished } from '../../support/cluster/wait.ts';
import { patchSpec } from './harness/change.ts';
import { serversOf, untilServed, versionAnswering } from './harness/serving.ts';

const one = 'one-0123456789abcdef';
const two = 'two-0123456789abcdef';
const scraper = 'scraper-0123456789abcdef';

const tls = join(import.meta.dirname, '../kubernetes/tls');
/** The name in the test's certificates `server` and `client`. */
type Certificate = 'server' | 'client';

const secret = (name: string, stringData: Record<string, string>, type = 'Opaque') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  type,
  stringData,
});

async function certificate(name: Certificate) {
  const [crt, key] = await Promise.all(
    ['crt', 'key'].map(end => readFile(join(tls, `${name}.${end}`), 'utf8')),
  );
  return secret('certificate', { 'tls.crt': crt ?? '', 'tls.key': key ?? '' }, 'kubernetes.io/tls');
}

/** `send(origin, path, token, body)` gives status and the name in the certificate, on a connection of its own. */
const client = `
  import { request } from 'node:https';
  const send = (origin, path, token, body) => new Promise((resolve, reject) => {
    const headers = {
      ...(token && { authorization: 'Bearer ' + token }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const options = { method: body ? 'POST' : 'GET', headers, agent: false, rejectUnauthorized: false };
    const sent = request(origin + path, options, response => {
      const subject = response.socket.getPeerCertificate().subject.CN;
      let text = '';
      response.setEncoding('utf8').on('data', piece => { text += piece; });
      response.on('end', () => resolve({ status: response.statusCode, subject, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
  const servers = 'https://aapl:443';
  const status = async (...of) => (await send(...of)).status;
`;

describe('access to servers and operator', () => {
  let namespace: string;
  let version: string;

  const server = async (): Promise<Found> => {
    const [pod, ...others] = await serversOf(namespace, 'aapl');
    assert.ok(pod !== undefined && others.length === 0);
    return pod;
  };

  before(async () => {
    namespace = await createNamespace('access');
    await apply(
      namespace,
      secret('tokens', { token: one }),
      secret('scrapers', { token: scraper }),
      await certificate('server'),
    );
    await installChart(namespace, {
      auth: { secretName: 'scrapers' },
      tls: { secretName: 'certificate' },
      rateLimit: { requestsPerSecond: 20 },
    });
    const serving = {
      auth: { secretName: 'tokens', metricsSecretName: 'scrapers' },
      tls: { secretName: 'certificate' },
      rateLimit: { requestsPerSecond: 2, burst: 20 },
      service: { port: 443 },
    };
    await apply(namespace, model('aapl', { serving }), fastRun('one', { model: 'aapl' }));
    version = (await untilFinished(namespace, 'one')).status?.version;
    await untilServed(namespace, 'aapl', { version });
  });

  after(() => deleteNamespace(namespace));

  it("the operator's metrics need a token, over TLS; its checks and the chart's test need none", async () => {
    assert.match(await testChart(namespace), /Phase: +Succeeded/);
    const statuses = await runInCluster<number[]>(
      namespace,
      `${client}
      const operator = 'https://${releaseName}:8081';
      tell([
        await status(operator, '/metrics'),
        await status(operator, '/metrics', '${one}'),
        await status(operator, '/metrics', '${scraper}'),
        await status(operator, '/readyz'),
      ]);`,
    );
    assert.deepEqual(statuses, [401, 401, 200, 200]);
  });

  it('servers answer with a token over TLS, within the limit of the client', async () => {
    const answers = await runInCluster<Record<string, unknown>>(
      namespace,
      `${client}
      const history = await send(servers, '/model/history', '${one}');
      const body = JSON.stringify(JSON.parse(history.text).latest.indicators);
      const { status: predicted, subject, text } = await send(servers, '/predict', '${one}', body);
      const refused = await send(servers, '/predict', '', body);
      const statuses = {
        wrong: await status(servers, '/predict', '${two}', body),
        metrics: await status(servers, '/metrics'),
        scraped: await status(servers, '/metrics', '${scraper}'),
        scraperElsewhere: await status(servers, '/model', '${scraper}'),
        health: await status(servers, '/health'),
      };
      const many = await Promise.all(Array.from({ length: 40 }, () => status(servers, '/v2', '${one}')));
      tell({
        predicted, subject, version: JSON.parse(text).model.version,
        refused: [refused.status, refused.headers['www-authenticate']],
        ...statuses,
        limited: many.includes(200) && many.includes(429),
      });`,
    );
    assert.deepEqual(answers, {
      predicted: 200,
      subject: 'test-server',
      version,
      refused: [401, 'Bearer realm="bellwether"'],
      wrong: 401,
      metrics: 401,
      scraped: 200,
      scraperElsewhere: 401,
      health: 200,
      limited: true,
    });
    const { status } = (await get(namespace, 'model/aapl')) ?? {};
    assert.equal(status?.url, `https://aapl.${namespace}.svc`);
  });

  it('changed Secrets are taken up without a restart', async () => {
    const before = await server();
    await apply(namespace, secret('tokens', { token: two }), await certificate('client'));
    // The kubelet updates the files of a pod that has changed at once, instead of within a minute.
    await kubectl('annotate', 'pod', before.metadata.name, 'test=rotated', '--namespace', namespace);
    const rotated = await runInCluster<Record<string, unknown>>(
      namespace,
      `${client}
      const end = Date.now() + 120_000;
      let answers;
      do {
        await new Promise(resolve => setTimeout(resolve, 1000));
        const { status: withNew, subject } = await send(servers, '/v2', '${two}');
        answers = { withNew, subject, withOld: await status(servers, '/v2', '${one}') };
      } while (Date.now() < end && (answers.withNew !== 200 || answers.withOld === 200 || answers.subject !== 'test-client'));
      tell(answers);`,
    );
    assert.deepEqual([rotated.withNew, rotated.subject], [200, 'test-client']);
    // 429 when the client was too fast: never 200.
    assert.ok([401, 429].includes(Number(rotated.withOld)), String(rotated.withOld));
    const after = await server();
    assert.equal(after.metadata.name, before.metadata.name);
    assert.equal(after.status?.containerStatuses?.[0]?.restartCount, 0);
  });

  it('are removed again: plain HTTP without tokens', async () => {
    await patchSpec(namespace, 'model/aapl', {
      serving: { auth: null, tls: null, rateLimit: null, service: { port: 80 } },
    });
    await untilServed(namespace, 'aapl', { version });
    assert.equal(await versionAnswering(namespace, 'aapl'), version);
    const { spec } = (await get(namespace, 'deployment/aapl')) as Found;
    const volumes: Fields[] = spec.template.spec.volumes;
    assert.ok(volumes.every(({ secret: mounted }) => mounted === undefined));
    const [port] = ((await get(namespace, 'service/aapl')) as Found).spec.ports;
    assert.deepEqual([port.port, port.appProtocol], [80, 'http']);
    assert.equal((await get(namespace, 'model/aapl'))?.status?.url, `http://aapl.${namespace}.svc`);
  });

  it('a Secret that does not exist is reported, while the earlier server serves on', async () => {
    await patchSpec(namespace, 'model/aapl', { serving: { auth: { secretName: 'none' } } });
    await until(
      'the condition has the cause',
      namespace,
      async () => {
        const { status } = (await get(namespace, 'model/aapl')) ?? {};
        return JSON.stringify(status?.conditions ?? []).includes('secret \\"none\\" not found');
      },
      30,
    );
    assert.equal(await versionAnswering(namespace, 'aapl'), version);
    await patchSpec(namespace, 'model/aapl', { serving: { auth: null } });
    await untilServed(namespace, 'aapl', { version });
  });
});
