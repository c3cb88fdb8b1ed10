/** The alerts, by promtool, and what a person who receives one can rely on. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { knownMetrics } from '../monitoring/known-metrics.ts';
import { metricNames } from '../monitoring/metric-names.ts';
import { scrapeConfig } from '../monitoring/scrape-config.ts';
import { hasPromtool, promtool, ruleTestFiles, withTemporaryFolder } from './promtool.ts';
import { loadRules, rulesPath } from './rules.ts';

const testSchema = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});

const valuesSchema = z.object({
  definitions: z.object({ alert: z.object({ enum: z.array(z.string()) }) }),
});

const expectations = ruleTestFiles
  .flatMap(file => testSchema.parse(load(readFileSync(file, 'utf8'))).tests)
  .flatMap(test => test.alert_rule_test);

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** The anchor of an alert's heading. */
const anchorOf = (name: string) => name.toLowerCase();

describe('alerts', () => {
  const { alerts, recordings } = loadRules();
  const names = [...new Set(alerts.map(({ alert }) => alert))].sort();

  describe('by promtool', () => {
    before(function () {
      if (!hasPromtool) this.skip();
    });

    it('are valid rules', () => promtool('check', 'rules', rulesPath));

    for (const file of ruleTestFiles) {
      it(`pass ${basename(file)}`, () => promtool('test', 'rules', file));
    }

    it('come with a valid scrape configuration', () => {
      withTemporaryFolder(folder => {
        cpSync(rulesPath, join(folder, 'rules.yaml'));
        writeFileSync(join(folder, 'prometheus.yaml'), scrapeConfig('http://127.0.0.1:1', '15s'));
        promtool('check', 'config', join(folder, 'prometheus.yaml'));
      });
    });
  });

  it('each have a test in which they fire and one in which they do not', () => {
    const tested = (fires: boolean) =>
      new Set(expectations.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(e => e.alertname));
    assert.deepEqual([...tested(true)].sort(), names);
    assert.deepEqual([...tested(false)].sort(), names);
  });

  it('have a section each in the runbook, which has no others', () => {
    const sections = [...runbook.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(sections.sort(), names);
  });

  it('have a runbook that searches logs for messages that the operator writes', () => {
    const messages = [...runbook.matchAll(/"msg":"\(?([^")]+)\)?"/g)].flatMap(([, list = '']) =>
      list.split('|'),
    );
    assert.ok(messages.length > 3);
    const sources = ['src', 'cmd'].flatMap(folder => {
      const path = join(import.meta.dirname, '../..', folder);
      const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(file =>
        file.endsWith('.ts'),
      );
      return files.map(file => readFileSync(join(path, file), 'utf8'));
    });
    for (const message of messages) {
      assert.ok(
        sources.some(source => source.includes(`'${message}')`)),
        message,
      );
    }
  });

  it("are the names that the chart's values accept", () => {
    const { definitions } = valuesSchema.parse(
      JSON.parse(
        readFileSync(join(import.meta.dirname, '../../charts/bellwether/values.schema.json'), 'utf8'),
      ),
    );
    assert.deepEqual(definitions.alert.enum.toSorted(), names);
  });

  it('link to their section', () => {
    for (const { alert, annotations } of alerts) {
      assert.ok(annotations.runbook_url.endsWith(`#${anchorOf(alert)}`), annotations.runbook_url);
    }
  });

  it('name their subject', () => {
    for (const { alert, annotations } of alerts) assert.match(annotations.description, /\{\{/, alert);
  });

  it('query metrics that are registered', () => {
    // `up` comes from Prometheus itself.
    const known = new Set(['up', ...recordings.map(({ record }) => record), ...knownMetrics()]);
    for (const { expr } of [...alerts, ...recordings]) {
      for (const name of metricNames(expr)) {
        const metric = name.replace(/_(bucket|sum|count)$/, '');
        assert.ok(known.has(name) || known.has(metric), name);
      }
    }
  });
});
