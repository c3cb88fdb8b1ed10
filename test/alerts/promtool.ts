/** promtool, for tests that run where it is installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** The tests of rules, for `promtool test rules`. */
export const ruleTestFiles = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.test.yaml'))
  .map(file => join(import.meta.dirname, file));

/** @throws AssertionError with promtool's output if it fails. */
export function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

/** Runs `use` with a folder that is deleted afterwards. */
export function withTemporaryFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
