/**
 * The bundled operator, from which parts of the Kubernetes client library are left out, can use every kind of
 * credentials.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import * as resources from '../../src/controller/resources.ts';
import { type ApiServer, type Received, startApiServer, tlsFolder } from '../kubernetes/api-server.ts';

const build = join(import.meta.dirname, '../../scripts/build.ts');
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A JSON Web Token that expires in 2100, without a signature: only the API server would check it. */
const idToken = ['{"alg":"none"}', '{"exp":4102444800}', '']
  .map(part => Buffer.from(part).toString('base64url'))
  .join('.');

const execCredential = JSON.stringify({
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  status: { token: 'from-the-plugin' },
});

interface Credentials {
  readonly user: (folder: string) => object;
  readonly authorization?: string;
  readonly clientName?: string;
}

const variants: Readonly<Record<string, Credentials>> = {
  'a token': { user: () => ({ token: 'fixed' }), authorization: 'Bearer fixed' },
  'a token file': {
    user: folder => ({
      'auth-provider': { name: 'tokenFile', config: { tokenFile: join(folder, 'token') } },
    }),
    authorization: 'Bearer from-the-file',
  },
  'a client certificate': {
    user: () => ({
      'client-certificate': join(tlsFolder, 'client.crt'),
      'client-key': join(tlsFolder, 'client.key'),
    }),
    clientName: 'test-client',
  },
  'an exec plugin': {
    user: () => ({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: process.execPath,
        args: ['--eval', `console.log(${JSON.stringify(execCredential)})`],
      },
    }),
    authorization: 'Bearer from-the-plugin',
  },
  'an OIDC token': {
    user: () => ({
      'auth-provider': {
        name: 'oidc',
        config: { 'idp-issuer-url': 'https://issuer.example', 'client-id': 'it', 'id-token': idToken },
      },
    }),
    authorization: `Bearer ${idToken}`,
  },
  'a password': {
    user: () => ({ username: 'it', password: 'secret' }),
    authorization: `Basic ${Buffer.from('it:secret').toString('base64')}`,
  },
};

describe('the bundled operator', () => {
  let folder: string;
  let server: ApiServer;

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(join(tmpdir(), 'bellwether-bundle-'));
    await writeFile(join(folder, 'token'), 'from-the-file');
    await writeFile(join(folder, 'ca.crt'), await readFile(join(tlsFolder, 'ca.crt')));
    const { status, stderr } = spawnSync(process.execPath, [build, join(folder, 'dist')], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    server = await startApiServer({ kinds: Object.values(resources), tls: true });
  });
  afterEach(() => server.stop());

  /** Runs the operator until it leads; returns the requests that it sent. */
  async function lead(
    environment: Record<string, string>,
    flags: readonly string[] = [],
  ): Promise<Received[]> {
    const program = [join(folder, 'dist', 'bellwether.js'), 'operator'];
    const options = ['--image', 'a', '--host', '127.0.0.1', '--port', '0'];
    const child = spawn(process.execPath, [...flags, ...program, ...options], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('"leading"')) child.kill('SIGTERM');
    }
    assert.deepEqual(await closed, [0, null], lines.join('\n'));
    assert.ok(server.received.some(({ plural, method }) => plural === 'leases' && method === 'POST'));
    return server.received;
  }

  for (const [name, { user, authorization, clientName = null }] of Object.entries(variants)) {
    it(`leads with ${name} in its kubeconfig`, async () => {
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'it',
        clusters: [
          { name: 'it', cluster: { server: server.url, 'certificate-authority': join(folder, 'ca.crt') } },
        ],
        users: [{ name: 'it', user: user(folder) }],
        contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
      };
      const KUBECONFIG = join(folder, 'config');
      await writeFile(KUBECONFIG, JSON.stringify(config));
      for (const { headers, clientName: name } of await lead({ KUBECONFIG })) {
        assert.deepEqual([headers.authorization, name], [authorization, clientName]);
      }
    });
  }

  it("leads with its pod's service account", async () => {
    // Reads the files of the test's folder where the library reads those of the pod.
    const [inPod, here] = [serviceAccountFolder, folder].map(path => JSON.stringify(path));
    const hook = `import fs from 'node:fs';
      const redirect = path => (typeof path === 'string' ? path.replace(${inPod}, ${here}) : path);
      for (const name of ['readFileSync', 'accessSync']) {
        const original = fs[name];
        fs[name] = (path, ...rest) => original(redirect(path), ...rest);
      }`;
    await writeFile(join(folder, 'hook.mjs'), hook);
    const { hostname, port } = new URL(server.url);
    const flags = ['--import', pathToFileURL(join(folder, 'hook.mjs')).href];
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    for (const { headers } of await lead(environment, flags)) {
      assert.equal(headers.authorization, 'Bearer from-the-file');
    }
  });

  it('contains neither the generated API classes nor undici', async () => {
    const names = await readdir(join(folder, 'dist'));
    for (const name of names.filter(name => name.endsWith('.js'))) {
      const text = await readFile(join(folder, 'dist', name), 'utf8');
      assert.doesNotMatch(text, /listNamespacedPod\b|undici\.error/, name);
    }
  });
});
