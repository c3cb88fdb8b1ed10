/** Rules for every dashboard. */
import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Panel, panelsOf } from '../monitoring/dashboard-schema.ts';
import {
  type Dashboard,
  dashboardFolder,
  loadDashboards,
  type Query,
  queriesOf,
  queryVariables,
} from '../monitoring/dashboards.ts';
import { knownMetrics } from '../monitoring/known-metrics.ts';
import { metricNames } from '../monitoring/metric-names.ts';

const datasource = { type: 'prometheus', uid: `\${datasource}` };
const uids = ['bellwether-models', 'bellwether-operator', 'bellwether-serving'];
const dashboards = await loadDashboards();

const placeOf = ({ dashboard, kind, panel }: Query) => `${dashboard}, ${kind} "${panel}"`;
const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;

/** The ranges inside a call whose parenthesis opens just before `from`. */
function rangesIn(expr: string, from: number): string[] {
  let depth = 1;
  let end = from;
  while (depth > 0 && end < expr.length) {
    if (expr[end] === '(') depth += 1;
    if (expr[end] === ')') depth -= 1;
    end += 1;
  }
  return expr.slice(from, end).match(/\[[^\]]*\]/g) ?? [];
}

/** The columns that a table shows, those that it hides, and the fields that are shown. */
function columnsOf(panel: Panel): {
  readonly shown: string[];
  readonly hidden: string[];
  readonly fields: string[];
} {
  const organize = panel.transformations.find(({ id }) => id === 'organize');
  assert.ok(organize?.id === 'organize', panel.title);
  const { renameByName, excludeByName } = organize.options;
  return {
    shown: Object.values(renameByName),
    hidden: Object.keys(excludeByName),
    fields: Object.keys(renameByName),
  };
}

describe('dashboards', () => {
  it('keep their uids, so that links and bookmarks stay valid', async () => {
    assert.deepEqual(
      dashboards.map(({ uid }) => uid),
      uids,
    );
    assert.deepEqual(
      await readdir(dashboardFolder),
      uids.map(uid => `${uid.replace('bellwether-', '')}.json`),
    );
  });

  it('fit into a ConfigMap, which may have 1 MiB', async () => {
    for (const file of await readdir(dashboardFolder)) {
      const { size } = await stat(join(dashboardFolder, file));
      assert.ok(size < 256 * 1024, `${file} has ${size} bytes`);
    }
  });

  it('query only metrics that the server or the operator registers', () => {
    const known = knownMetrics();
    for (const query of dashboards.flatMap(queriesOf)) {
      const names = metricNames(query.expr);
      assert.ok(names.length > 0, placeOf(query));
      for (const name of names) {
        assert.ok(
          known.has(name) || known.has(name.replace(/_(bucket|sum|count)$/, '')),
          `${name}: ${placeOf(query)}`,
        );
      }
    }
  });
});

for (const dashboard of dashboards) describe(`dashboard ${dashboard.uid}`, () => checkDashboard(dashboard));

function checkDashboard(dashboard: Dashboard): void {
  const panels = panelsOf(dashboard);
  const queries = queriesOf(dashboard);

  it('links to the two others with the chosen variables', () => {
    const others = uids.filter(uid => uid !== dashboard.uid).map(uid => `/d/${uid}`);
    assert.deepEqual(dashboard.links.map(({ url }) => url).sort(), others);
    assert.ok(dashboard.links.every(({ includeVars }) => includeVars));
    assert.deepEqual(dashboard.tags, ['bellwether']);
  });

  it('offers the data source, the cluster, namespaces of the chosen clusters and Models of the chosen namespaces', () => {
    const [first, second] = dashboard.templating.list;
    assert.deepEqual([first?.name, first?.type], ['datasource', 'datasource']);
    assert.equal(second?.name, 'cluster');
    const variables = queryVariables(dashboard);
    for (const name of ['cluster', 'namespace', 'model']) {
      const variable = variables.find(candidate => candidate.name === name);
      assert.ok(variable?.multi && variable.includeAll, name);
      // Matches an empty label too: a Prometheus of one cluster has no label `cluster`.
      assert.equal(variable.allValue, '.*', name);
      assert.deepEqual(variable.current.value, ['$__all'], name);
      assert.equal(variable.query.query.includes('cluster=~"$cluster"'), name !== 'cluster');
      assert.equal(variable.query.query.includes('namespace=~"$namespace"'), name === 'model');
    }
    for (const variable of variables) assert.deepEqual(variable.datasource, datasource, variable.name);
  });

  it('keeps clusters apart', () => {
    for (const query of queries.filter(({ kind }) => kind !== 'variable')) {
      for (const [, word, list = ''] of query.expr.matchAll(/\b(by|on) \(([^)]*)\)/g)) {
        const labels = list.split(', ');
        const perObject = labels.some(label => /^(namespace|model|job|pod|instance)$/.test(label));
        if (word === 'on' || perObject) assert.equal(labels[0], 'cluster', placeOf(query));
      }
      for (const [, matchers = ''] of query.expr.matchAll(/\{([^}]*)\}/g)) {
        assert.match(matchers, /^cluster=~"\$cluster", /, placeOf(query));
      }
    }
    for (const { title, targets } of panels) {
      for (const { legendFormat } of targets.filter(target =>
        target.legendFormat.includes('{{namespace}}'),
      )) {
        assert.match(legendFormat, /^\{\{cluster\}\} /, title);
      }
    }
  });

  it('reads annotations from the chosen data source', () => {
    for (const annotation of dashboard.annotations.list) {
      if (annotation.builtIn === undefined)
        assert.deepEqual(annotation.datasource, datasource, annotation.name);
    }
  });

  it('has panels with a title, a description, a unit and the chosen data source', () => {
    for (const { title, description, fieldConfig, ...panel } of panels) {
      assert.notEqual(title, '');
      assert.ok(description.length > 40, title);
      assert.ok(fieldConfig.defaults.unit, title);
      assert.deepEqual(panel.datasource, datasource, title);
      for (const target of panel.targets) {
        assert.deepEqual(target.datasource, datasource, title);
        assert.notEqual(target.expr.trim(), '', title);
        if (panel.type !== 'stat' && panel.type !== 'table') assert.notEqual(target.legendFormat, '', title);
      }
      assert.ok(isUnique(panel.targets.map(({ refId }) => refId)), title);
    }
    assert.ok(isUnique(panels.map(({ title }) => title)), 'two panels have the same title');
  });

  it('has panels that do not overlap', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      const { x, y, w, h } = gridPos;
      assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, title);
      for (let cell = 0; cell < w * h; cell++) {
        const place = `${x + (cell % w)},${y + Math.floor(cell / w)}`;
        assert.equal(taken.get(place), undefined, `${title} overlaps ${taken.get(place)}`);
        taken.set(place, title);
      }
    }
    assert.ok(isUnique(dashboard.panels.map(({ id }) => id)));
  });

  it('takes rates over windows that fit the scrape interval', () => {
    for (const query of queries) {
      const expr = query.expr.replaceAll(/"[^"]*"/g, '');
      for (const call of expr.matchAll(/\b(?:rate|increase|irate)\s*\(/g)) {
        const ranges = rangesIn(expr, call.index + call[0].length);
        assert.deepEqual(ranges, ['[$__rate_interval]'], placeOf(query));
      }
    }
  });

  it('has no fixed cluster, namespace, model or pod', () => {
    const matcher = /\b(?:cluster|namespace|model|job|pod|instance|service)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g;
    for (const query of queries) {
      for (const [written, value = ''] of query.expr.matchAll(matcher)) {
        assert.ok(value.startsWith('$'), `${written}: ${placeOf(query)}`);
      }
    }
  });

  it('limits every panel to the chosen variables', () => {
    for (const query of queries.filter(({ kind }) => kind === 'panel')) {
      assert.match(query.expr, /namespace=~"\$namespace"|job=~"\$job"/, placeOf(query));
    }
  });

  it('renames or hides every column of its tables', () => {
    for (const panel of panels.filter(({ type }) => type === 'table')) {
      const { shown, hidden, fields } = columnsOf(panel);
      for (const { refId, format, instant } of panel.targets) {
        assert.ok(format === 'table' && instant, panel.title);
        assert.ok([...fields, ...hidden].includes(`Value #${refId}`), `${panel.title}: ${refId}`);
      }
      assert.ok(hidden.includes('Time'), panel.title);
      for (const { matcher } of panel.fieldConfig.overrides) {
        assert.ok(shown.includes(matcher.options), `${panel.title}: no column ${matcher.options}`);
      }
    }
  });
}
