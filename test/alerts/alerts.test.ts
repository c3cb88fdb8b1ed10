/** The alerts: what promtool says of them, and what a person who gets one can rely on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { knownMetrics } from '../monitoring/known-metrics.ts';
import { metricNames } from '../monitoring/metric-names.ts';
import { scrapeConfig } from '../monitoring/scrape-config.ts';
import { loadRules, rulesPath } from './rules.ts';

const testSchema = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});

const testFiles = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.test.yaml'))
  .map(file => join(import.meta.dirname, file));
const expectations = testFiles
  .flatMap(file => testSchema.parse(load(readFileSync(file, 'utf8'))).tests)
  .flatMap(test => test.alert_rule_test);

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

/** A name as the anchor of its heading. */
const anchorOf = (name: string) => name.toLowerCase();

describe('alerts', () => {
  const { alerts, recordings } = loadRules();
  const names = [...new Set(alerts.map(({ alert }) => alert))].sort();

  describe('by promtool', () => {
    before(function () {
      if (!hasPromtool) this.skip();
    });

    it('are rules that Prometheus takes', () => promtool('check', 'rules', rulesPath));

    for (const file of testFiles) {
      it(`do what ${basename(file)} says`, () => promtool('test', 'rules', file));
    }

    it('stand beside a scrape configuration that Prometheus takes', () => {
      const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
      try {
        cpSync(rulesPath, join(folder, 'rules.yaml'));
        writeFileSync(join(folder, 'prometheus.yaml'), scrapeConfig('http://127.0.0.1:1', '15s'));
        promtool('check', 'config', join(folder, 'prometheus.yaml'));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  it('are shown to fire and to be silent, every one', () => {
    const shown = (fires: boolean) =>
      new Set(expectations.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(e => e.alertname));
    assert.deepEqual([...shown(true)].sort(), names);
    assert.deepEqual([...shown(false)].sort(), names);
  });

  it('have a section each in the runbook, and no other has', () => {
    const sections = [...runbook.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(sections.sort(), names);
  });

  it('link to their section', () => {
    for (const { alert, annotations } of alerts) {
      assert.ok(annotations.runbook_url.endsWith(`#${anchorOf(alert)}`), annotations.runbook_url);
    }
  });

  it('say which one they are about', () => {
    for (const { alert, annotations } of alerts) assert.match(annotations.description, /\{\{/, alert);
  });

  it('ask for series that there are', () => {
    // `up` is Prometheus' own.
    const known = new Set(['up', ...recordings.map(({ record }) => record), ...knownMetrics()]);
    for (const { expr } of [...alerts, ...recordings]) {
      for (const name of metricNames(expr)) {
        const metric = name.replace(/_(bucket|sum|count)$/, '');
        assert.ok(known.has(name) || known.has(metric), name);
      }
    }
  });
});
