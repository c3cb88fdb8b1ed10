/** The chart's Grafana dashboards and every query in them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dashboard, dashboardSchema, panelsOf, type Variable } from './dashboard-schema.ts';

export type { Dashboard } from './dashboard-schema.ts';
export { substituted, timeVariables } from './substitute.ts';

/** The folder of the JSON files. */
export const dashboardFolder = join(import.meta.dirname, '../../charts/bellwether/dashboards');

export interface Query {
  /** The dashboard's uid. */
  readonly dashboard: string;
  /** The title of the panel; the name of a variable or of an annotation. */
  readonly panel: string;
  readonly kind: 'panel' | 'variable' | 'annotation';
  /** PromQL with Grafana's variables; for a variable, the selector of the series that have its values. */
  readonly expr: string;
}

/** All of them, by file name. @throws ZodError for a file that does not fit dashboard-schema.ts. */
export async function loadDashboards(): Promise<Dashboard[]> {
  const files = (await readdir(dashboardFolder)).sort();
  return Promise.all(
    files.map(async file => {
      const text = await readFile(join(dashboardFolder, file), 'utf8');
      return dashboardSchema.parse(JSON.parse(text));
    }),
  );
}

/** Every query that Grafana sends when the dashboard is opened, in order. */
export function queriesOf(dashboard: Dashboard): Query[] {
  const query = (kind: Query['kind'], panel: string, expr: string): Query => ({
    dashboard: dashboard.uid,
    panel,
    kind,
    expr,
  });
  return [
    ...queryVariables(dashboard).map(variable =>
      query('variable', variable.name, labelValues(variable).selector),
    ),
    ...dashboard.annotations.list.flatMap(({ name, expr }) =>
      expr === undefined ? [] : [query('annotation', name, expr)],
    ),
    ...panelsOf(dashboard).flatMap(({ title, targets }) =>
      targets.map(({ expr }) => query('panel', title, expr)),
    ),
  ];
}

/** The variables whose values are queried. */
export function queryVariables({ templating }: Dashboard): Variable[] {
  return templating.list.filter(variable => variable.type === 'query');
}

/** The two arguments of a variable's `label_values(selector, label)`. @throws Error for another kind of query. */
export function labelValues({ name, query }: Variable): {
  readonly selector: string;
  readonly label: string;
} {
  const [, selector, label] = /^label_values\((.+),\s*(\w+)\)$/.exec(query.query) ?? [];
  if (selector === undefined || label === undefined) {
    throw new Error(`variable ${name} is not a label_values(selector, label): ${query.query}`);
  }
  return { selector, label };
}
