/** What the workflows may do, what they call, and that it is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  actions,
  commands,
  root,
  type Step,
  shellScripts,
  sourceFiles,
  steps,
  workflows,
} from './read-workflows.ts';

describe('workflows', () => {
  it('pin every action that is not their own by commit, with its version', () => {
    const pins = new Map<string, string>();
    for (const { path, text } of sourceFiles) {
      for (const [, used = ''] of text.matchAll(/^.*\buses:\s*(.+)$/gm)) {
        if (used.startsWith('./')) continue;
        const [, action, pin] = /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(used) ?? [];
        assert.ok(action !== undefined && pin !== undefined, `${path}: ${used}`);
        assert.equal(pins.get(action) ?? pin, pin, `${path}: two pins of ${action}`);
        pins.set(action, pin);
      }
    }
    assert.ok(pins.size > 5);
  });

  it('may read the repository, and only what releases may write more', () => {
    const publish = { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' };
    const granted = [...workflows].flatMap(([name, { jobs }]) =>
      Object.entries(jobs).map(([job, { permissions }]) => [`${name}.${job}`, permissions] as const),
    );
    const look = { contents: 'read', packages: 'read' };
    assert.deepEqual(Object.fromEntries(granted.filter(([, permissions]) => permissions !== undefined)), {
      'release.version': look,
      'release.image': publish,
      'release.start': look,
      'release.tag': { contents: 'read', packages: 'write' },
      'release.chart': publish,
      'release.release': { contents: 'write' },
    });
    for (const { permissions } of workflows.values()) assert.deepEqual(permissions, { contents: 'read' });
  });

  it('install no packages where something may be written', () => {
    const writing = [...workflows.values()]
      .flatMap(({ jobs }) => Object.values(jobs))
      .filter(({ permissions = {} }) => Object.values(permissions).includes('write'));
    assert.ok(writing.length > 0);
    const own = new Map(actions.map(({ path, steps }) => [`./${dirname(path)}`, steps]));
    const within = (step: Step): Step[] => [step, ...(own.get(step.uses ?? '') ?? []).flatMap(within)];
    for (const { uses, run } of writing.flatMap(job => job.steps).flatMap(within)) {
      assert.doesNotMatch(uses ?? '', /^actions\/(setup-|cache)/);
      assert.doesNotMatch(run ?? '', /\b(make|node|npm|npx|apt-get|go install)\b/);
    }
  });

  it('start only on the expected triggers', () => {
    const triggers = Object.fromEntries([...workflows].map(([name, { on }]) => [name, Object.keys(on)]));
    assert.deepEqual(triggers, {
      chaos: ['schedule', 'workflow_dispatch'],
      ci: ['push', 'pull_request', 'workflow_call'],
      release: ['push'],
      retrain: ['workflow_call', 'workflow_dispatch', 'schedule'],
    });
    assert.deepEqual(workflows.get('ci')?.on.push, { branches: ['main'] });
    assert.deepEqual(workflows.get('release')?.on.push, { tags: ['v*'] });
  });

  it('give up in time, and a newer change ends the checks of an older one', () => {
    for (const [name, { jobs }] of workflows) {
      for (const [job, { uses, 'timeout-minutes': minutes }] of Object.entries(jobs)) {
        // A job that is a workflow has the time limits of that workflow's jobs.
        if (uses === undefined) assert.ok(minutes !== undefined && minutes <= 90, `${name}.${job}`);
      }
    }
    const concurrency = (name: string) => workflows.get(name)?.concurrency;
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions of GitHub.
    assert.deepEqual(concurrency('ci'), { group: 'ci-${{ github.ref }}', 'cancel-in-progress': true });
    assert.deepEqual(concurrency('release'), {
      group: 'release-${{ github.ref }}',
      'cancel-in-progress': false,
    });
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions of GitHub.
  });

  it('leave no credentials in the work tree', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    assert.ok(checkouts.length > 0);
    for (const { with: options } of checkouts) assert.equal(options?.['persist-credentials'], false);
  });

  it('put no expression into a shell, where it would be code, and keep scripts in files', () => {
    for (const command of commands) {
      assert.doesNotMatch(command, /\$\{\{/, command);
      assert.ok(command.trim().split('\n').length <= 3, command);
    }
  });

  it('call targets, workflows and scripts that are there', () => {
    const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
    const words = commands.flatMap(command => command.split(/\s+/));
    const targets = commands
      .flatMap(command => [...command.matchAll(/\bmake ((?:[a-z][a-z0-9-]*(?: |$))+)/gm)])
      .flatMap(([, names = '']) => names.trim().split(' '));
    for (const target of targets) assert.match(makefile, new RegExp(`^${target}:`, 'm'));
    const scripts = words.filter(word => /^[\w.-]+\/[\w./-]+\.(sh|ts)$/.test(word));
    for (const script of scripts) {
      assert.ok(existsSync(join(root, script)), script);
      if (script.endsWith('.sh')) accessSync(join(root, script), constants.X_OK);
    }
    const own = [...workflows.values()]
      .flatMap(({ jobs }) => Object.values(jobs))
      .flatMap(({ uses, steps: inner }) => [uses, ...inner.map(step => step.uses)])
      .filter(used => used?.startsWith('./') === true);
    for (const used of own) assert.ok(existsSync(join(root, used ?? '')), used);
    assert.ok(targets.length > 5 && scripts.length > 3 && own.length > 3);
  });

  it('check everything that a change must pass', () => {
    const asked = commands.join('\n');
    for (const step of [
      'lint',
      'types',
      'verify',
      'unit',
      'audit',
      'retrain',
      'image',
      'e2e',
      'chart-lint',
    ]) {
      assert.match(asked, new RegExp(`\\bmake (.* )?${step}( |$)`, 'm'), step);
    }
    assert.deepEqual(Object.keys(workflows.get('ci')?.jobs ?? {}), [
      'check',
      'dependencies',
      'retrain',
      'image',
      'e2e',
      'chart',
    ]);
    assert.equal(workflows.get('ci')?.jobs.retrain?.uses, './.github/workflows/retrain.yml');
  });

  it('want fresh bars of every day, and name what was trained on the sample', () => {
    const inner = workflows.get('retrain')?.jobs.retrain?.steps ?? [];
    const { env } = inner.find(({ run }) => run === 'make retrain') ?? {};
    const upload = inner.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions of GitHub.
    assert.deepEqual(env, {
      REQUIRE_FRESH: "${{ github.event_name == 'schedule' || github.event_name == 'workflow_dispatch' }}",
    });
    assert.equal(upload?.if, '${{ !cancelled() }}');
    assert.equal(upload?.with?.name, "models-${{ steps.retrain.outputs.bars || 'unfinished' }}");
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: expressions of GitHub.
  });

  it('keep what is left of end-to-end tests that fail or take too long, and let none be left out', () => {
    const { steps: inner = [], 'timeout-minutes': limit = 0 } = workflows.get('ci')?.jobs.e2e ?? {};
    const index = inner.findIndex(({ run }) => run === 'make e2e');
    const minutes = inner[index]?.['timeout-minutes'] ?? limit;
    assert.ok(minutes <= limit - 15, `${minutes} of ${limit}`);
    assert.deepEqual(inner[index]?.env, { MOCHA_OPTIONS: '--forbid-pending' });
    const collecting = inner.slice(index + 1);
    assert.ok(collecting.length > 0);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub.
    for (const step of collecting) assert.equal(step.if, '${{ failure() || cancelled() }}');
  });

  it('publish nothing before the tag is the version and all checks have passed', () => {
    const jobs = workflows.get('release')?.jobs ?? {};
    const needed = (job: string): string[] => {
      const needs = [jobs[job]?.needs ?? []].flat();
      return [...needs, ...needs.flatMap(needed)];
    };
    assert.equal(jobs.ci?.uses, './.github/workflows/ci.yml');
    for (const job of ['image', 'tag', 'chart', 'release']) {
      assert.ok(needed(job).includes('version') && needed(job).includes('ci'), job);
    }
    assert.ok(needed('release').includes('chart'));
  });

  it('give the image its tag when it is signed and has been started, and before a chart names it', () => {
    const { image, start, tag, chart } = workflows.get('release')?.jobs ?? {};
    const build = image?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    assert.match(String(build?.with?.outputs), /,push-by-digest=true,name-canonical=true,push=true$/);
    assert.deepEqual([build?.with?.tags, build?.with?.push], [undefined, undefined]);
    assert.ok(image?.steps.some(({ run }) => run?.startsWith('cosign sign ')));
    assert.ok(image?.steps.at(-1)?.uses?.startsWith('actions/attest-build-provenance@'));
    assert.deepEqual(start?.needs, ['version', 'image']);
    assert.deepEqual(tag?.needs, ['version', 'image', 'start']);
    assert.deepEqual(chart?.needs, ['version', 'tag', 'package']);
  });

  it('are workflows, as actionlint knows them', function () {
    if (spawnSync('actionlint', ['-version']).status !== 0) this.skip();
    const { status, stdout, stderr } = spawnSync('actionlint', [], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });

  it('and all other shell scripts have no fault that shellcheck finds', function () {
    if (spawnSync('shellcheck', ['--version']).status !== 0) this.skip();
    assert.ok(shellScripts.includes('.ci/run') && shellScripts.includes('test/smoke.sh'));
    const words = ['--severity=warning', ...shellScripts];
    const { status, stdout, stderr } = spawnSync('shellcheck', words, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });
});
