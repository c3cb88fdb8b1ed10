/** What the three dashboards have in common: variables, links to each other, and marks of promotions. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels.ts';
import { metric, ofModels } from './queries.ts';

/** The dashboards by the last part of their uid. */
type Name = 'models' | 'serving' | 'operator';

/** An empty dashboard with its links, whose first variable is the data source. */
export function startDashboard(name: Name, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(`Bellwether / ${title}`)
    .uid(`bellwether-${name}`)
    .description(description)
    .tags(['bellwether'])
    .version(1)
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .links(linksFrom(name))
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Data source')
        .type('prometheus')
        .regex('')
        .hide(VariableHide.DontHide)
        .multi(false)
        .includeAll(false)
        .current({ text: 'default', value: 'default' }),
    );
}

const linkTexts: Readonly<Record<Name, readonly [title: string, tooltip: string]>> = {
  models: ['Models', 'How good the Models are, and what changed'],
  serving: ['Serving', 'Requests, errors, durations and saturation of the servers'],
  operator: ['Operator', 'Runs, queue, API server and process of the operator'],
};

/** Links to the other dashboards with the chosen variables. Models shows days, the others hours: no time is kept. */
function linksFrom(name: Name): Builder<DashboardLink>[] {
  const others = (['models', 'serving', 'operator'] as const).filter(other => other !== name);
  return others.map(other => {
    const [title, tooltip] = linkTexts[other];
    return new DashboardLinkBuilder(title)
      .type(DashboardLinkType.Link)
      .tooltip(tooltip)
      .url(`/d/bellwether-${other}`)
      .icon('dashboard')
      .keepTime(name !== 'models' && other !== 'models')
      .includeVars(true)
      .targetBlank(false)
      .asDropdown(false)
      .tags([]);
  });
}

interface VariableOptions {
  readonly sort?: VariableSort;
  /** The one value that is chosen at first; without it several may be chosen, and at first all are. */
  readonly preset?: string;
  /** `All` lists the known values instead of matching everything. */
  readonly listAll?: boolean;
}

/** A variable whose values are those of a label. `definition` is what Grafana's list of variables shows. */
export function labelVariable(
  name: string,
  title: string,
  series: string,
  { sort = VariableSort.AlphabeticalAsc, preset, listAll = false }: VariableOptions = {},
): Builder<VariableModel> {
  const definition = `label_values(${series}, ${name})`;
  const builder = new QueryVariableBuilder(name)
    .label(title)
    .datasource(datasource)
    .query({ query: definition, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(sort)
    .regex('')
    .hide(VariableHide.DontHide)
    .multi(preset === undefined)
    .includeAll(preset === undefined)
    .current(
      preset === undefined
        ? { selected: true, text: ['All'], value: ['$__all'] }
        : { selected: true, text: preset, value: preset },
    );
  if (preset === undefined && !listAll) builder.allValue('.*');
  return { build: () => ({ ...builder.build(), definition, skipUrlSync: false }) };
}

/**
 * The variable of the label `cluster`. Its `All` matches series without that label too, so that nothing changes where a
 * Prometheus knows one cluster only.
 */
export function clusterVariable(series: string): Builder<VariableModel> {
  return labelVariable('cluster', 'Cluster', metric(series));
}

/** Grafana's own annotations, which cannot be left out. */
export const builtInAnnotations: Builder<AnnotationQuery> = {
  build: () => ({
    builtIn: 1,
    name: 'Annotations & Alerts',
    type: 'dashboard',
    datasource: { type: 'grafana', uid: '-- Grafana --' },
    enable: true,
    hide: true,
    iconColor: 'rgba(0, 211, 255, 1)',
  }),
};

/** Fields of the Prometheus data source that the SDK does not have. */
interface PrometheusAnnotation extends AnnotationQuery {
  /** The value of the series is the time of the event, in milliseconds. */
  readonly useValueForTime: boolean;
  readonly step: string;
  readonly tagKeys: string;
  readonly titleFormat: string;
  readonly textFormat: string;
}

const promoted = metric('bellwether_champion_promoted_timestamp_seconds');
const champions = ofModels('bellwether_champion_info');

/** Marks each promotion in every chart. */
export const promotions: Builder<PrometheusAnnotation> = {
  build: () => ({
    name: 'Promotions',
    datasource,
    enable: true,
    hide: false,
    iconColor: 'purple',
    useValueForTime: true,
    step: '60s',
    tagKeys: 'cluster,namespace,model',
    expr: `1000 * max by (cluster, namespace, model, version) (${champions} * on (cluster, instance, namespace, model) group_left () ${promoted})`,
    titleFormat: '{{cluster}} {{namespace}}/{{model}}',
    textFormat: 'Champion {{version}} promoted',
  }),
};

/** The dashboard as JSON of Grafana 10, whose schema has the version 39: later ones migrate it. */
export function dashboardJson(builder: DashboardBuilder): string {
  const dashboard: Dashboard = { ...builder.build(), schemaVersion: 39 };
  dashboard.panels = dashboard.panels?.map((panel, index) => ({ ...panel, id: index + 1 }));
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
