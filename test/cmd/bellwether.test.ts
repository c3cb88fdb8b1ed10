import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { exitCodes } from '../../src/failure.ts';

const program = join(import.meta.dirname, '../../cmd/bellwether.ts');
const run = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });

describe('cmd/bellwether.ts', () => {
  it('lists its programs', () => {
    const { status, stdout } = run('--help');
    assert.equal(status, exitCodes.ok);
    for (const name of ['stage', 'server', 'operator'])
      assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'));
  });

  for (const [name, usage] of [
    ['stage', /^Usage: bellwether stage fetch\|features\|train\|evaluate /],
    ['server', /^Usage: .*--model-dir/],
  ] as const) {
    it(`passes the remaining arguments to ${name}`, () => {
      const { status, stdout, stderr } = run(name, '--help');
      assert.equal(status, exitCodes.ok, stderr);
      assert.match(stdout, usage);
    });
  }

  for (const [what, argv, message] of [
    ['none', [], /a program is required/],
    ['an unknown name', ['constructor'], /no program 'constructor'/],
  ] as const) {
    it(`rejects ${what}`, () => {
      const { status, stderr } = run(...argv);
      assert.equal(status, exitCodes.usage);
      assert.match(stderr, message);
    });
  }
});
