import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { events, leases } from '../../src/controller/resources.ts';
import { exitCodes } from '../../src/failure.ts';
import { watchedTypes } from '../controller/builders.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api-server.ts';

const program = new URL('../../cmd/operator.ts', import.meta.url).pathname;

describe('cmd/operator.ts', () => {
  let server: ApiServer;
  let folder: string;

  before(async () => {
    server = await startApiServer({ kinds: [...watchedTypes, events, leases] });
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

  const start = (...argv: string[]) => startWith({}, ...argv);
  const startWith = (how: { flags?: string[]; config?: string }, ...argv: string[]) =>
    spawn(process.execPath, [...(how.flags ?? []), program, ...argv], {
      env: { PATH: process.env.PATH, KUBECONFIG: join(folder, how.config ?? 'config') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  /** The exit code, and the combined standard output and standard error. */
  const ended = async (child: ReturnType<typeof start>) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        output += text;
      });
    }
    const [code] = await once(child, 'close');
    return { code, output };
  };
  const run = (...argv: string[]) => ended(start(...argv));
  /** Parses every line, which must be JSON. */
  const linesOf = (output: string): Record<string, unknown>[] =>
    output
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));

  it('prints its help', async () => {
    const { code, output } = await run('--help');
    assert.equal(code, exitCodes.ok);
    assert.match(output, /--image/);
  });

  it('exits with 64 for an invalid command line, with one log line that names the option', async () => {
    const { code, output } = await run('--image', 'a', '--port', 'x');
    assert.equal(code, exitCodes.usage);
    const [line, ...more] = linesOf(output);
    assert.deepEqual(
      [line?.level, line?.service, line?.reason, more],
      ['fatal', 'bellwether-operator', 'InvalidArguments', []],
    );
    assert.match(String(line?.msg), /^--port: /);
  });

  it('logs in JSON that it cannot reach an API server', async () => {
    const { code, output } = await ended(startWith({ config: 'none' }, '--image', 'a', '--port', '0'));
    assert.equal(code, exitCodes.internal);
    assert.equal(linesOf(output).at(-1)?.level, 'fatal');
  });

  it('logs warnings of Node and unexpected errors as JSON lines', async () => {
    const hook = `process.on('SIGUSR2', () => {
      process.emitWarning('odd');
      setImmediate(() => { throw new TypeError('a bug'); });
    })`;
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
    const child = startWith({ flags }, '--image', 'a', '--host', '127.0.0.1', '--port', '0');
    child.stdout.on('data', text => {
      if (String(text).includes('"leading"')) child.kill('SIGUSR2');
    });
    const { code, output } = await ended(child);
    assert.equal(code, exitCodes.internal);
    const logged = linesOf(output).map(({ level, msg }) => `${level} ${msg}`);
    assert.deepEqual(logged.slice(-2), ['warn odd', 'fatal a bug']);
  });

  it('runs a full garbage collection after its caches are filled', async () => {
    const child = startWith({ flags: ['--trace-gc'] }, '--image', 'a', '--host', '127.0.0.1', '--port', '0');
    let filled = false;
    let collected = false;
    for await (const line of createInterface({ input: child.stdout })) {
      filled ||= line.includes('"caches filled"');
      collected ||= filled && line.includes('Mark-Compact (reduce)');
      if (collected) child.kill('SIGTERM');
    }
    assert.ok(collected);
  });

  it('leads, and on SIGTERM releases the Lease and exits with 0', async () => {
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
    const [lease] = server.objects.list(leases);
    assert.equal((lease?.spec as { holderIdentity?: string }).holderIdentity, '');
  });

  it('exits at once with an error when another candidate has taken over the Lease', async () => {
    const child = start('--image', 'a', '--host', '127.0.0.1', '--port', '0');
    const closed = once(child, 'close');
    const lines: Record<string, unknown>[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(JSON.parse(line));
      if (lines.at(-1)?.msg !== 'leading') continue;
      server.objects.update(leases, 'default', 'bellwether', draft => {
        draft.spec = { ...(draft.spec as object), holderIdentity: 'another' };
      });
    }
    const [code] = await closed;
    assert.equal(code, exitCodes.transient);
    const { level, msg, lease, cause } = lines.at(-1) ?? {};
    assert.deepEqual([level, msg, lease], ['fatal', 'the lease was lost', 'bellwether']);
    assert.match(String(cause), /another/);
  });
});
