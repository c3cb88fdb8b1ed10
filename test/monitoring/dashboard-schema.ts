/**
 * What of Grafana's dashboard JSON the chart's dashboards use: enough to check them, to collect their queries and to draw
 * them. Everything else in a file is left alone.
 */
import { z } from 'zod';

const datasourceSchema = z.object({ type: z.string(), uid: z.string() });

/** One query of a panel. */
const targetSchema = z.object({
  refId: z.string(),
  datasource: datasourceSchema,
  expr: z.string(),
  legendFormat: z.string(),
  format: z.enum(['time_series', 'table', 'heatmap']).default('time_series'),
  instant: z.boolean().default(false),
});

const thresholdsSchema = z.object({
  mode: z.literal('absolute'),
  /** Upwards; the first has no value and holds below the second. */
  steps: z.array(z.object({ color: z.string(), value: z.number().nullable() })),
});

const mappingSchema = z.object({
  type: z.literal('value'),
  options: z.record(z.string(), z.object({ text: z.string(), color: z.string() })),
});

const lineStyleSchema = z.object({
  fill: z.enum(['solid', 'dash', 'dot']),
  dash: z.array(z.number()).optional(),
});

/** How a series of a chart, or a column of a table, is drawn. */
const customSchema = z.object({
  drawStyle: z.enum(['line', 'bars', 'points']).optional(),
  lineInterpolation: z.enum(['linear', 'stepAfter']).optional(),
  lineWidth: z.number().optional(),
  lineStyle: lineStyleSchema.optional(),
  fillOpacity: z.number().optional(),
  pointSize: z.number().optional(),
  /** `auto`: a point without neighbours is shown, where a line would have nothing to join. */
  showPoints: z.enum(['never', 'auto', 'always']).optional(),
  hideFrom: z.object({ legend: z.boolean() }).optional(),
  stacking: z.object({ mode: z.enum(['none', 'normal']) }).optional(),
  thresholdsStyle: z.object({ mode: z.enum(['off', 'line', 'dashed', 'area', 'line+area']) }).optional(),
  axisSoftMin: z.number().optional(),
  axisSoftMax: z.number().optional(),
  width: z.number().optional(),
  cellOptions: z.object({ type: z.enum(['auto', 'color-text', 'color-background']) }).optional(),
});

export const fieldSchema = z.object({
  unit: z.string().optional(),
  decimals: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  noValue: z.string().optional(),
  color: z.object({ mode: z.string(), fixedColor: z.string().optional() }).optional(),
  thresholds: thresholdsSchema.optional(),
  mappings: z.array(mappingSchema).optional(),
  links: z.array(z.object({ title: z.string(), url: z.string() })).optional(),
  custom: customSchema.optional(),
});

const overrideSchema = z.object({
  /** Of a series or column: by its name, by a pattern of it, or by the query that it is an answer to. */
  matcher: z.object({ id: z.enum(['byName', 'byRegexp', 'byFrameRefID']), options: z.string() }),
  /** `id` is a path into a field, such as `custom.lineWidth`. */
  properties: z.array(z.object({ id: z.string(), value: z.unknown() })),
});

const gridPosSchema = z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() });

const organizeSchema = z.object({
  excludeByName: z.record(z.string(), z.boolean()),
  indexByName: z.record(z.string(), z.number()),
  renameByName: z.record(z.string(), z.string()),
});

const transformationSchema = z.discriminatedUnion('id', [
  z.object({ id: z.literal('merge') }),
  z.object({ id: z.literal('organize'), options: organizeSchema }),
]);

const optionsSchema = z.object({
  legend: z
    .object({
      showLegend: z.boolean().optional(),
      displayMode: z.enum(['list', 'table']).optional(),
      placement: z.enum(['bottom', 'right']).optional(),
      calcs: z.array(z.enum(['lastNotNull', 'max'])).optional(),
    })
    .optional(),
  graphMode: z.enum(['none', 'area']).optional(),
  sortBy: z.array(z.object({ displayName: z.string(), desc: z.boolean() })).optional(),
  yAxis: z.object({ unit: z.string(), decimals: z.number().optional() }).optional(),
});

const panelSchema = z.object({
  id: z.int(),
  type: z.enum(['stat', 'timeseries', 'table', 'heatmap', 'state-timeline']),
  title: z.string(),
  description: z.string(),
  gridPos: gridPosSchema,
  datasource: datasourceSchema,
  /** The least time between two points, such as `10m`. */
  interval: z.string().optional(),
  targets: z.array(targetSchema).min(1),
  transformations: z.array(transformationSchema).default([]),
  fieldConfig: z.object({ defaults: fieldSchema, overrides: z.array(overrideSchema) }),
  options: optionsSchema,
});

/** A heading. The panels below it are not inside it, so that none is folded away. */
const rowSchema = z.object({
  id: z.int(),
  type: z.literal('row'),
  title: z.string(),
  gridPos: gridPosSchema,
  collapsed: z.literal(false),
  panels: z.tuple([]),
});

const variableSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('datasource'), name: z.string(), query: z.string() }),
  z.object({
    type: z.literal('query'),
    name: z.string(),
    datasource: datasourceSchema,
    query: z.object({ query: z.string() }),
    multi: z.boolean(),
    includeAll: z.boolean(),
    /** What "All" stands for; without it, every value there is. */
    allValue: z.string().optional(),
    current: z.object({ value: z.union([z.string(), z.array(z.string())]) }),
  }),
]);

const annotationSchema = z.object({
  name: z.string(),
  builtIn: z.literal(1).optional(),
  datasource: datasourceSchema,
  /** Absent in Grafana's own. */
  expr: z.string().optional(),
  titleFormat: z.string().optional(),
  /** Whether the value of a series is the time of the event, in milliseconds. */
  useValueForTime: z.boolean().default(false),
});

export const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.int(),
  timezone: z.enum(['', 'utc']),
  time: z.object({ from: z.string(), to: z.literal('now') }),
  refresh: z.string(),
  links: z.array(z.object({ title: z.string(), url: z.string(), includeVars: z.boolean() })),
  annotations: z.object({ list: z.array(annotationSchema) }),
  templating: z.object({ list: z.array(variableSchema) }),
  panels: z.array(z.union([rowSchema, panelSchema])),
});

export type Dashboard = z.output<typeof dashboardSchema>;
export type Panel = z.output<typeof panelSchema>;
export type Field = z.output<typeof fieldSchema>;
export type Target = Panel['targets'][number];
export type Variable = Extract<Dashboard['templating']['list'][number], { type: 'query' }>;

/** The panels that show something: all but the headings. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.filter(panel => panel.type !== 'row');
}
