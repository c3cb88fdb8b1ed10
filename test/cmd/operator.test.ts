import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as resources from '../../src/controller/resources.ts';
import { exitCodes } from '../../src/failure.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api-server.ts';

const program = new URL('../../cmd/operator.ts', import.meta.url).pathname;

describe('cmd/operator.ts', () => {
  let server: ApiServer;
  let folder: string;

  before(async () => {
    server = await startApiServer({ kinds: Object.values(resources) });
    folder = await mkdtemp(join(tmpdir(), 'operator-'));
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'it',
      clusters: [{ name: 'it', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'it', user: { token: 'secret' } }],
      contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const start = (...argv: string[]) =>
    spawn(process.execPath, [program, ...argv], {
      env: { PATH: process.env.PATH, KUBECONFIG: join(folder, 'config') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = async (...argv: string[]) => {
    const child = start(...argv);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        output += text;
      });
    }
    const [code] = await once(child, 'close');
    return { code, output };
  };

  it('explains itself', async () => {
    const { code, output } = await run('--help');
    assert.equal(code, exitCodes.ok);
    assert.match(output, /--image/);
  });

  it('ends with 64 on a wrong command line, and names what is wrong in one line', async () => {
    const { code, output } = await run('--image', 'a', '--port', 'x');
    assert.equal(code, exitCodes.usage);
    assert.match(output, /^operator: --port: .*\n$/);
  });

  it('leads, and on SIGTERM gives the Lease up and ends with 0', async () => {
    const child = start('--image', 'a', '--host', '127.0.0.1', '--port', '0');
    const closed = once(child, 'close');
    const messages: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg } = JSON.parse(line);
      messages.push(msg);
      if (msg === 'leading') child.kill('SIGTERM');
    }
    const [code] = await closed;
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(messages.slice(-2), ['stopping', 'stopped']);
    const [lease] = server.objects.list(resources.leases);
    assert.equal((lease?.spec as { holderIdentity?: string }).holderIdentity, '');
  });

  it('ends at once, and not with 0, when another has taken the Lease', async () => {
    const child = start('--image', 'a', '--host', '127.0.0.1', '--port', '0');
    const closed = once(child, 'close');
    let errors = '';
    child.stderr.on('data', text => {
      errors += text;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (JSON.parse(line).msg !== 'leading') continue;
      server.objects.update(resources.leases, 'default', 'bellwether', draft => {
        draft.spec = { ...(draft.spec as object), holderIdentity: 'another' };
      });
    }
    const [code] = await closed;
    assert.equal(code, exitCodes.transient);
    assert.match(errors, /^operator: the lease was lost: .*another/);
  });
});
