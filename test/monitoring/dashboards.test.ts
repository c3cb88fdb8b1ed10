import assert from 'node:assert/strict';
import { dashboardSchema } from './dashboard-schema.ts';
import { labelValues, loadDashboards, queriesOf, queryVariables } from './dashboards.ts';

const datasource = { type: 'prometheus', uid: `\${datasource}` };

const dashboard = dashboardSchema.parse({
  uid: 'd',
  tags: [],
  links: [],
  annotations: {
    list: [
      { name: 'Annotations & Alerts', builtIn: 1, datasource },
      { name: 'Restarts', datasource, expr: 'start' },
    ],
  },
  templating: {
    list: [
      { type: 'datasource', name: 'datasource', query: 'prometheus' },
      {
        type: 'query',
        name: 'model',
        datasource,
        query: { query: 'label_values(ready{a=~"$a", b="c"}, model)' },
        multi: false,
        includeAll: false,
        current: { value: 'm' },
      },
    ],
  },
  panels: [
    { id: 1, type: 'row', title: 'R', gridPos: { x: 0, y: 0, w: 24, h: 1 }, collapsed: false, panels: [] },
    {
      id: 2,
      type: 'stat',
      title: 'S',
      description: '',
      gridPos: { x: 0, y: 1, w: 4, h: 4 },
      datasource,
      targets: ['p', 'q'].map(expr => ({ refId: expr, datasource, expr, legendFormat: '', instant: true })),
      fieldConfig: { defaults: { unit: 'none' }, overrides: [] },
    },
  ],
});

describe('queries of a dashboard', () => {
  it('are those of variables, annotations and panels', () => {
    assert.deepEqual(queriesOf(dashboard), [
      { dashboard: 'd', panel: 'model', kind: 'variable', expr: 'ready{a=~"$a", b="c"}' },
      { dashboard: 'd', panel: 'Restarts', kind: 'annotation', expr: 'start' },
      { dashboard: 'd', panel: 'S', kind: 'panel', expr: 'p' },
      { dashboard: 'd', panel: 'S', kind: 'panel', expr: 'q' },
    ]);
  });

  it('of a variable must be label_values', () => {
    const [variable] = queryVariables(dashboard);
    assert.deepEqual(labelValues(variable!), { selector: 'ready{a=~"$a", b="c"}', label: 'model' });
    const other = { ...variable!, query: { query: 'query_result(up)' } };
    assert.throws(() => labelValues(other), /variable model is not a label_values/);
  });

  it('are found in each of the three dashboards', async () => {
    const loaded = await loadDashboards();
    assert.deepEqual(
      loaded.map(({ uid }) => uid),
      ['bellwether-models', 'bellwether-operator', 'bellwether-serving'],
    );
    for (const each of loaded) assert.ok(queriesOf(each).length > 20, each.uid);
  });
});
