/** The diagnostics that the reporter prints for a failed end-to-end test, with a fake kubectl. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './read-workflows.ts';

const harness = pathToFileURL(join(root, 'support/cluster/namespace.ts'));
const testFile = `
import { createNamespace, deleteNamespace } from '${harness}';
describe('a suite', () => {
  let namespace;
  before(async () => { namespace = await createNamespace('kept'); });
  afterEach(() => deleteNamespace(namespace));
  it('fails', () => { throw new Error('the reason'); });
});
describe('another, without a cluster', () => {
  before(() => { throw new Error('another reason'); });
  it('never runs', () => {});
});
`;

describe('the reporter of end-to-end tests', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reporter-'));
    await writeFile(join(folder, 'sample.test.mjs'), testFile);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function run(kubectl: string) {
    await writeFile(join(folder, 'kubectl'), `#!/bin/sh\n${kubectl}\n`, { mode: 0o755 });
    const args = ['--reporter', join(root, 'test/e2e/harness/reporter.ts'), join(folder, 'sample.test.mjs')];
    return spawnSync(join(root, 'node_modules/.bin/mocha'), args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    });
  }

  it('prints what is in the namespace before its hooks delete it', async () => {
    const { status, stdout } = await run(`case "$*" in
      apply*) cat >'${folder}/present' ;;
      'delete namespace'*) rm '${folder}/present' ;;
      'get events'*) test -e '${folder}/present' && echo 'Warning BackOff' ;;
      get*json*) echo '{"items": []}' ;;
    esac`);
    assert.equal(status, 2, stdout);
    const [diagnosis] = /=== namespace e2e-kept-.*?Warning BackOff/s.exec(stdout) ?? [];
    assert.ok(diagnosis, stdout);
    assert.ok(stdout.indexOf(diagnosis) < stdout.indexOf('2 failing'), stdout);
    assert.match(stdout, /the reason.*another reason/s);
    assert.equal(stdout.split('=== namespace').length, 2, 'the second suite has no namespace to print');
  });

  it('still prints the failures when the cluster is unreachable', async () => {
    const { status, stdout } = await run('case "$*" in apply*) ;; *) echo unreachable >&2; exit 1 ;; esac');
    assert.notEqual(status, 0);
    assert.match(stdout, /--- events\n.*exit code 1\nunreachable/);
    assert.match(stdout, /the reason.*another reason/s);
  });
});
