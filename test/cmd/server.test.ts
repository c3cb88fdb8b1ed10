import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitCodes } from '../../src/failure.ts';
import { sharedModelFolder } from '../serving/harness.ts';

const program = new URL('../../cmd/server.ts', import.meta.url).pathname;

async function run(...argv: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, [program, ...argv], { env: { PATH: process.env.PATH } });
  let output = '';
  let errors = '';
  child.stdout.on('data', text => {
    output += text;
  });
  child.stderr.on('data', text => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}

describe('cmd/server.ts', () => {
  it('explains itself', async () => {
    const { code, output } = await run('--help');
    assert.equal(code, exitCodes.ok);
    assert.match(output, /--model-dir/);
  });

  it('ends with 64 on a wrong command line, and names what is wrong in one line', async () => {
    const { code, errors } = await run('--model-dir', 'a', '--port', 'x');
    assert.equal(code, exitCodes.usage);
    assert.match(errors, /^server: --port: .*\n$/);
  });

  it('exits with --exit-on-failure if its model cannot be served, and reports the reason in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bellwether-server-'));
    try {
      const report = join(folder, 'report');
      const argv = ['--model-dir', await sharedModelFolder(), '--port', '0', '--exit-on-failure', 'true'];
      const other = ['--expected-version', '0123456789ab'];
      const { code, output } = await run(...argv, ...other, '--report', report);
      assert.equal(code, exitCodes.input);
      const text = await readFile(report, 'utf8');
      assert.match(text, /^InputAltered: .* holds version [0-9a-f]{12}, expected 0123456789ab\n$/);
      assert.match(output, /the model cannot be served/);
      assert.equal((await run(...argv, ...other, '--report', join(folder, 'none', 'report'))).code, code);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('serves, and on SIGTERM drains, writes its last lines and ends with 0', async () => {
    const argv = [program, '--model-dir', await sharedModelFolder(), '--port', '0'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    const messages: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line);
      messages.push(msg);
      if (url !== undefined && msg === 'listening') assert.equal((await fetch(`${url}/livez`)).status, 200);
      if (msg === 'ready') child.kill('SIGTERM');
    }
    const [code] = await closed;
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(messages.slice(-2), ['draining', 'stopped']);
  });
});
