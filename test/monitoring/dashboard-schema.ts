/** The parts of Grafana's dashboard JSON that tests look at. Grafana's SDK, which writes it, has the types of the rest. */
import { z } from 'zod';

const datasourceSchema = z.object({ type: z.string(), uid: z.string() });

/** One query of a panel. */
const targetSchema = z.object({
  refId: z.string(),
  datasource: datasourceSchema,
  expr: z.string(),
  legendFormat: z.string(),
  format: z.enum(['time_series', 'table', 'heatmap']).default('time_series'),
  instant: z.boolean(),
});

const overrideSchema = z.object({
  /** Of a series or column: by its name, by a pattern of it, or by its query. */
  matcher: z.object({ id: z.enum(['byName', 'byRegexp', 'byFrameRefID']), options: z.string() }),
});

const gridPosSchema = z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() });

const organizeSchema = z.object({
  excludeByName: z.record(z.string(), z.boolean()),
  renameByName: z.record(z.string(), z.string()),
});

const transformationSchema = z.discriminatedUnion('id', [
  z.object({ id: z.literal('merge') }),
  z.object({ id: z.literal('organize'), options: organizeSchema }),
]);

const panelSchema = z.object({
  id: z.int(),
  type: z.enum(['stat', 'timeseries', 'table', 'heatmap', 'state-timeline']),
  title: z.string(),
  description: z.string(),
  gridPos: gridPosSchema,
  datasource: datasourceSchema,
  targets: z.array(targetSchema).min(1),
  transformations: z.array(transformationSchema).default([]),
  fieldConfig: z.object({
    defaults: z.object({ unit: z.string() }),
    overrides: z.array(overrideSchema),
  }),
});

/** A heading. The panels below it are not part of it, so that none is collapsed. */
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
    /** What "All" is replaced by; without it, by every value. */
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
});

export const dashboardSchema = z.object({
  uid: z.string(),
  tags: z.array(z.string()),
  links: z.array(z.object({ url: z.string(), includeVars: z.boolean() })),
  annotations: z.object({ list: z.array(annotationSchema) }),
  templating: z.object({ list: z.array(variableSchema) }),
  panels: z.array(z.union([rowSchema, panelSchema])),
});

export type Dashboard = z.output<typeof dashboardSchema>;
export type Panel = z.output<typeof panelSchema>;
export type Variable = Extract<Dashboard['templating']['list'][number], { type: 'query' }>;

/** The panels with data: all but the headings. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.filter(panel => panel.type !== 'row');
}
