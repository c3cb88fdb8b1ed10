import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ServerOptions } from '../../src/config.ts';
import { startServer } from '../../src/serving/server.ts';
import {
  indicators,
  MemorySink,
  raw,
  seriesValue,
  serve,
  sharedModelFolder,
  type TestServer,
} from './harness.ts';

const one = 'one-0123456789abcdef';
const two = 'two-0123456789abcdef';
const scraper = 'scraper-0123456789abcdef';
const tls = join(import.meta.dirname, '../kubernetes/tls');
const reloadSeconds = 0.02;

/** `GET` or `POST` on connections that are kept open, with any certificate. */
function client(url: string) {
  const options = { keepAlive: true, maxSockets: 1 };
  const secure = url.startsWith('https:');
  const agent = secure ? new TlsAgent({ ...options, rejectUnauthorized: false }) : new Agent(options);
  const send = secure ? httpsRequest : httpRequest;
  const request = (path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<{ status: number; text: string; subject: string | undefined }>((resolve, reject) => {
      const sent = send(
        url + path,
        { agent, headers, method: body === undefined ? 'GET' : 'POST' },
        response => {
          const { socket } = response;
          const subject = secure ? String((socket as TLSSocket).getPeerCertificate().subject?.CN) : undefined;
          let text = '';
          response.setEncoding('utf8');
          response.on('data', piece => {
            text += piece;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text, subject }));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return { request, close: () => agent.destroy() };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Waits until the condition holds. */
async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(5)) if (await check()) return;
  throw new Error(`not within 5 s: ${what}`);
}

describe('access to a server', () => {
  let folder: string;
  let server: TestServer | null = null;

  const start = async (options: Partial<ServerOptions>) => {
    server = await serve({ reloadSeconds, ...options });
    return server;
  };
  const file = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(file(name), text);
  const messages = ({ log }: TestServer) => log.lines.map(({ msg }) => String(msg));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-'));
  });
  afterEach(async () => {
    await server?.close();
    server = null;
    rmSync(folder, { recursive: true });
  });

  describe('by tokens', () => {
    /** A mounted Secret: the kubelet replaces all files at once by a symbolic link. */
    const mount = async (files: Record<string, string>) => {
      const version = `..${Math.random()}`;
      mkdirSync(file(version));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, version, name), text);
      symlinkSync(version, file('..tmp'));
      await rename(file('..tmp'), file('..data'));
      for (const name of Object.keys(files)) {
        rmSync(file(name), { force: true });
        symlinkSync(`..data/${name}`, file(name));
      }
    };

    it('is refused on every path but those of the probes, with 401 in the format of the path', async () => {
      write('token', one);
      const { request, url } = await start({ tokenFile: folder });
      for (const path of ['/health', '/livez', '/health?verbose=1']) {
        assert.equal((await request(path)).status, 200, path);
        assert.equal((await request(path, { method: 'HEAD' })).status, 200, path);
      }
      const paths = [
        '/',
        '/docs',
        '/openapi.json',
        '/model',
        '/metrics',
        '/Metrics/',
        '/predict',
        '/nothing',
      ];
      for (const path of [...paths, '/HEALTH', '/health/', '/livez/x', '/%68ealth']) {
        const { status, headers, json } = await request(path);
        assert.equal(status, 401, path);
        assert.equal(headers.get('www-authenticate'), 'Bearer realm="bellwether"');
        assert.equal(json.error?.code, 'Unauthorized');
        assert.match(String(json.error?.message), /send the header Authorization: Bearer <token>/);
        assert.ok(headers.get('x-request-id'));
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
      }
      const infer = await request('/v2/models/aapl');
      assert.equal(infer.status, 401);
      assert.equal(typeof infer.json.error, 'string');
      assert.equal((await request('/health', { method: 'POST' })).status, 401);
      assert.match(
        await raw(url, 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
        /^HTTP\/1.1 401 /,
      );
    });

    it('is given with an accepted token, on all paths and for uploads', async () => {
      write('token', `${one}\n`);
      const { request, post } = await start({ tokenFile: file('token') });
      assert.equal((await post('/predict', indicators, bearer(one))).status, 200);
      assert.equal((await post('/predict', indicators)).status, 401);
      for (const authorization of [`Bearer ${two}`, `Basic ${one}`, one, '']) {
        const { status, headers } = await post('/predict', indicators, { authorization });
        assert.equal(status, 401);
        assert.match(headers.get('www-authenticate') ?? '', /^Bearer /);
      }
      const refused = await post('/predict', indicators, bearer(two));
      assert.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
      for (const path of ['/model', '/metrics', '/', '/v2', '/v2/models/aapl', '/docs']) {
        assert.equal((await request(path, { headers: bearer(one) })).status, 200, path);
      }
      const csv = `${Object.keys(indicators).join()}\n${Object.values(indicators).join()}\n`;
      const type = { 'content-type': 'text/csv' };
      assert.equal((await post('/predict_batch', csv, type)).status, 401);
      assert.equal((await post('/predict_batch', csv, { ...type, ...bearer(one) })).status, 200);
    });

    it('counts refusals by the route, and logs no token', async () => {
      write('token', one);
      const { request, post, log } = await start({ tokenFile: folder });
      await post('/predict', indicators, bearer(two));
      await request('/nothing', { headers: bearer(two) });
      const { text } = await request('/metrics', { headers: bearer(one) });
      const series = (route: string, method: string) =>
        seriesValue(text, `bellwether_http_requests_total{route="${route}",method="${method}",status="401"}`);
      assert.deepEqual([series('/predict', 'POST'), series('unmatched', 'GET')], [1, 1]);
      assert.equal(seriesValue(text, 'bellwether_credentials_usable{credential="tokens"}'), 1);
      assert.ok(!/certificate_expiry_timestamp_seconds \d/.test(text));
      assert.ok(!JSON.stringify(log.lines).includes('0123456789abcdef'));
    });

    it('answers an upload that has no token before it is read', async () => {
      write('token', one);
      const { url } = await start({ tokenFile: folder, bodyTimeoutSeconds: 0.2 });
      const head =
        'POST /predict_batch HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 1000000\r\n\r\n';
      const start_ = Date.now();
      assert.match(await raw(url, head, 'a,b\n'), /^HTTP\/1.1 401 /);
      assert.ok(Date.now() - start_ < 2000);
    });

    it('follows the files: old and new token, then the new one alone, on a connection that stays open', async () => {
      await mount({ token: one });
      const started = await start({ tokenFile: folder });
      const { request, close } = client(started.url);
      const status = async (token: string) => (await request('/model', bearer(token))).status;
      try {
        assert.deepEqual([await status(one), await status(two)], [200, 401]);
        await mount({ token: two, previous: one });
        await until('both are accepted', async () => (await status(one)) + (await status(two)) === 400);
        rmSync(file('previous'));
        await mount({ token: two });
        await until('the old token is refused', async () => (await status(one)) === 401);
        assert.equal(await status(two), 200);
        assert.equal(messages(started).filter(text => text === 'tokens read').length >= 3, true);
      } finally {
        close();
      }
    });

    it('is closed while no token can be read: not ready, with the cause, and open again afterwards', async () => {
      write('token', one);
      const started = await start({ tokenFile: folder });
      const { request } = started;
      const spoil: readonly (readonly [string, () => void])[] = [
        ['empty', () => write('token', '')],
        ['removed', () => rmSync(file('token'))],
        ['no token', () => write('token', 'short')],
        ['no folder', () => rmSync(folder, { recursive: true })],
      ];
      for (const [name, change] of spoil) {
        change();
        await until(`${name}: not ready`, async () => (await request('/health')).status === 503);
        const { json } = await request('/health');
        assert.deepEqual([json.status, json.error?.code], ['failed', 'TokensUnavailable']);
        assert.match(String(json.error?.message), new RegExp(`^no token is accepted: .*${folder}`));
        const refused = await request('/model', { headers: bearer(one) });
        assert.deepEqual([refused.status, refused.json.error?.code], [503, 'TokensUnavailable']);
        assert.equal((await request('/livez')).status, 200);
        mkdirSync(folder, { recursive: true });
        write('token', one);
        await until(`${name}: ready again`, async () => (await request('/health')).status === 200);
        assert.equal((await request('/model', { headers: bearer(one) })).status, 200);
      }
      const errors = messages(started).filter(text => text.startsWith('no token can be read'));
      assert.ok(errors.length >= 4 && errors.length <= 8, `${errors.length} lines`);
    });

    it('without a token at the start it is not served, and the reason is reported', async () => {
      const started = await startServer(
        { port: 0, modelFolder: await sharedModelFolder(), tokenFile: file('none') },
        new MemorySink(),
      );
      try {
        const failure = await started.loaded;
        assert.equal(failure?.reason, 'InputMissing');
        assert.match(failure?.message ?? '', /^no token is accepted: .*none/);
        assert.equal((await fetch(`${started.url}/health`)).status, 503);
        assert.equal((await fetch(`${started.url}/model`, { headers: bearer(one) })).status, 503);
      } finally {
        await started.close();
      }
    });

    it('to the metrics may have tokens of its own', async () => {
      write('token', one);
      write('scraper', scraper);
      const { request } = await start({ tokenFile: file('token'), metricsTokenFile: file('scraper') });
      const statuses = async (path: string) =>
        Promise.all(
          [{}, bearer(scraper), bearer(one)].map(async headers => (await request(path, { headers })).status),
        );
      assert.deepEqual(await statuses('/metrics'), [401, 200, 200]);
      assert.deepEqual(await statuses('/METRICS/'), [401, 200, 200]);
      assert.deepEqual(await statuses('/model'), [401, 401, 200]);
      write('scraper', '');
      await until('closed', async () => (await statuses('/metrics'))[1] === 401);
      assert.deepEqual(await statuses('/metrics'), [401, 401, 200]);
      assert.equal((await request('/health')).status, 200);
    });

    it('to the metrics alone leaves the other paths open', async () => {
      write('scraper', scraper);
      const { request } = await start({ metricsTokenFile: folder });
      assert.equal((await request('/model')).status, 200);
      for (const path of ['/metrics', '/METRICS', '/metrics/', '/metrics?x=1', '/Metrics/?x']) {
        assert.equal((await request(path)).status, 401, path);
        assert.equal((await request(path, { method: 'HEAD' })).status, 401, path);
      }
      for (const path of ['//metrics', '/%6Detrics', '/./metrics', '/metrics%2F']) {
        assert.notEqual((await request(path)).text.includes('bellwether_http'), true, path);
      }
      assert.equal((await request('/metrics', { headers: bearer(scraper) })).status, 200);
    });

    it('is part of the OpenAPI document, with the errors that it adds', async () => {
      write('token', one);
      const { request } = await start({ tokenFile: folder, rateLimit: 1000 });
      const { json } = await request('/openapi.json', { headers: bearer(one) });
      assert.equal(json.components?.securitySchemes?.bearer?.scheme, 'bearer');
      const { post } = json.paths?.['/predict'] ?? {};
      assert.deepEqual(post?.security, [{ bearer: [] }]);
      for (const status of ['401', '429', '503']) assert.ok(status in (post?.responses ?? {}), status);
      const { get } = json.paths?.['/livez'] ?? {};
      assert.equal(get?.security, undefined);
      assert.deepEqual(Object.keys(get?.responses ?? {}), ['200']);
    });
  });

  describe('by rate limits', () => {
    it('is refused with 429 and Retry-After beyond the burst, and given again afterwards', async () => {
      const { post, request } = await start({ rateLimit: 5, rateBurst: 3 });
      const answers = [];
      for (let i = 0; i < 5; i++) answers.push(await post('/predict', indicators));
      const refused = answers.filter(({ status }) => status === 429);
      assert.ok(refused.length >= 1 && refused.length <= 2, `${refused.length} refused`);
      const { headers, json } = refused[0]!;
      assert.equal(headers.get('retry-after'), '1');
      assert.equal(json.error?.code, 'TooManyRequests');
      assert.deepEqual(json.error?.details, { requestsPerSecond: 5, burst: 3, retryAfterSeconds: 1 });
      for (let i = 0; i < 10; i++) assert.equal((await request('/health')).status, 200);
      await sleep(400);
      assert.equal((await post('/predict', indicators)).status, 200);
    });

    it('counts an upload once, not its rows', async () => {
      const { post } = await start({ rateLimit: 0.01, rateBurst: 1 });
      const row = `${Object.values(indicators).join()}\n`;
      const csv = `${Object.keys(indicators).join()}\n${row.repeat(100)}`;
      const type = { 'content-type': 'text/csv' };
      assert.equal((await post('/predict_batch', csv, type)).status, 200);
      assert.equal((await post('/predict_batch', csv, type)).status, 429);
    });

    it('is counted by token; attempts without an accepted one count for the address', async () => {
      write('one', one);
      write('two', two);
      const { request } = await start({ tokenFile: folder, rateLimit: 0.01, rateBurst: 2 });
      const status = async (token: string) => (await request('/v2', { headers: bearer(token) })).status;
      assert.deepEqual([await status(one), await status(one), await status(one)], [200, 200, 429]);
      assert.equal(await status(two), 200);
      const guess = 'guess-0123456789abcdef';
      assert.deepEqual([await status(guess), await status(guess), await status(guess)], [401, 401, 429]);
      assert.equal(await status(two), 200);
    });
  });

  describe('by TLS', () => {
    const use = (name: 'server' | 'client') => {
      cpSync(join(tls, `${name}.crt`), file('tls.crt'));
      cpSync(join(tls, `${name}.key`), file('tls.key'));
    };
    const pair = () => ({ tlsCert: file('tls.crt'), tlsKey: file('tls.key') });
    const startTls = async (options: Partial<ServerOptions> = {}) => {
      const sink = new MemorySink();
      const modelFolder = await sharedModelFolder();
      const started = await startServer({ port: 0, reloadSeconds, modelFolder, ...pair(), ...options }, sink);
      await started.loaded;
      return { ...started, log: sink };
    };

    it('serves the API over HTTPS, with tokens and uploads', async () => {
      use('server');
      write('token', one);
      const started = await startTls({ tokenFile: file('token') });
      const { request, close } = client(started.url);
      try {
        assert.match(started.url, /^https:/);
        assert.equal((await request('/health')).status, 200);
        assert.equal((await request('/model')).status, 401);
        const json = { 'content-type': 'application/json', ...bearer(one) };
        assert.equal((await request('/predict', json, JSON.stringify(indicators))).status, 200);
        const row = `${Object.values(indicators).join()}\n`;
        const csv = `${Object.keys(indicators).join()}\n${row.repeat(5000)}`;
        const upload = await request('/predict_batch', { 'content-type': 'text/csv', ...bearer(one) }, csv);
        assert.equal(upload.status, 200);
        assert.equal(JSON.parse(upload.text).summary.predicted, 5000);
        const { text } = await request('/metrics', bearer(one));
        assert.equal(seriesValue(text, 'bellwether_credentials_usable{credential="certificate"}'), 1);
        assert.equal(seriesValue(text, 'bellwether_certificate_expiry_timestamp_seconds'), 4733510400);
      } finally {
        close();
        await started.close();
      }
    });

    it('shows that an answer is incomplete, also to a client of HTTP/1.0', async () => {
      use('server');
      const started = await startTls();
      const row = `${Object.values(indicators).join()}\n`;
      const csv = `${Object.keys(indicators).join()}\n${row.repeat(20_000)}1,2\n`;
      const socket = connectTls(Number(new URL(started.url).port), '127.0.0.1', {
        rejectUnauthorized: false,
      });
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', text => {
        answer += text;
      });
      socket.on('error', () => {});
      const closed = new Promise(resolve => socket.once('close', resolve));
      socket.write(
        `POST /predict_batch HTTP/1.0\r\ncontent-type: text/csv\r\naccept: application/x-ndjson\r\ncontent-length: ${csv.length}\r\n\r\n${csv}`,
      );
      try {
        await closed;
        assert.match(answer, /^HTTP\/1\.[01] 200 /);
        assert.ok(!answer.includes('"summary"'));
        assert.ok(!started.log.lines.some(({ msg }) => msg === 'unexpected error'));
      } finally {
        await started.close();
      }
    });

    it('takes up a new certificate for new connections, while open ones go on', async () => {
      use('server');
      const started = await startTls();
      const open = client(started.url);
      const subjectOfNew = async () => {
        const fresh = client(started.url);
        try {
          return (await fresh.request('/health')).subject;
        } finally {
          fresh.close();
        }
      };
      try {
        assert.equal((await open.request('/health')).subject, 'test-server');
        use('client');
        await until('the new certificate is used', async () => (await subjectOfNew()) === 'test-client');
        assert.equal((await open.request('/model')).subject, 'test-server');
        const lines = started.log.lines.filter(({ msg }) => msg === 'certificate replaced');
        assert.deepEqual(
          lines.map(({ expiresAt }) => expiresAt),
          ['2120-01-01T00:00:00.000Z'],
        );
      } finally {
        open.close();
        await started.close();
      }
    });

    for (const [name, spoil] of [
      ['a key of another certificate', () => cpSync(join(tls, 'client.key'), file('tls.key'))],
      ['an empty certificate', () => write('tls.crt', '')],
      [
        'a truncated certificate',
        () => write('tls.crt', readFileSync(join(tls, 'server.crt'), 'utf8').slice(0, 99)),
      ],
      ['no key', () => rmSync(file('tls.key'))],
    ] as const) {
      it(`keeps the earlier pair, logs once and counts: ${name}`, async () => {
        use('server');
        const started = await startTls();
        const usable = async () => {
          const { request, close } = client(started.url);
          try {
            const { text, subject } = await request('/metrics');
            assert.equal(subject, 'test-server');
            return seriesValue(text, 'bellwether_credentials_usable{credential="certificate"}');
          } finally {
            close();
          }
        };
        try {
          spoil();
          await until('it is counted', async () => (await usable()) === 0);
          await sleep(100);
          const lines = started.log.lines.filter(({ msg }) => /^certificate not replaced/.test(String(msg)));
          assert.equal(lines.length, 1);
          use('server');
          await until('it is usable again', async () => (await usable()) === 1);
        } finally {
          await started.close();
        }
      });

      it(`is not started with a pair that cannot be used: ${name}`, async () => {
        use('server');
        spoil();
        await assert.rejects(startTls(), {
          reason: 'InvalidArguments',
          message: /^cannot (use the certificate|read certificate or key)/,
        });
      });
    }

    it('takes TLS 1.2 and later, and no plain HTTP', async () => {
      use('server');
      const started = await startTls();
      const port = Number(new URL(started.url).port);
      const protocol = (maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
        new Promise<string | null>(resolve => {
          const options = {
            rejectUnauthorized: false,
            minVersion: 'TLSv1' as const,
            maxVersion,
            ciphers: 'ALL:@SECLEVEL=0',
          };
          const socket = connectTls(port, '127.0.0.1', options, () => {
            resolve(socket.getProtocol());
            socket.destroy();
          });
          socket.on('error', () => resolve(null));
        });
      try {
        assert.deepEqual(
          [await protocol('TLSv1.1'), await protocol('TLSv1.2'), await protocol('TLSv1.3')],
          [null, 'TLSv1.2', 'TLSv1.3'],
        );
        const plain = await raw(
          started.url.replace('https', 'http'),
          'GET /health HTTP/1.1\r\nhost: x\r\n\r\n',
        );
        assert.ok(!plain.includes('200'));
      } finally {
        await started.close();
      }
    });

    it('does not wait for a client that never starts the handshake', async () => {
      use('server');
      const started = await startTls({ headersTimeoutSeconds: 0.3, drainSeconds: 0.1 });
      const socket = connectTcp(Number(new URL(started.url).port), '127.0.0.1');
      socket.on('error', () => {});
      const begin = Date.now();
      await new Promise(resolve => socket.once('connect', resolve));
      await started.close();
      assert.ok(Date.now() - begin < 3000);
    });
  });
});
