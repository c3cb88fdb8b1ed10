/** Panels of Grafana's Foundation SDK with the options that ours have in common. */
import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  type GraphThresholdsStyleMode,
  HeatmapCellLayout,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  PercentChangeColorMode,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TableCellHeight,
  TableFooterOptionsBuilder,
  TableSortByFieldStateBuilder,
  TimelineValueAlignment,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DataSourceRef,
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that is chosen by the variable of that name. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: `\${datasource}` };

const refIds = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function query(expr: string, index: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refIds.charAt(index)).datasource(datasource).expr(expr);
}

/** Queries over the time shown with their legends; refIds are A, B, … */
export function ranges(...queries: readonly (readonly [expr: string, legend: string])[]): DataqueryBuilder[] {
  return queries.map(([expr, legend], index) => query(expr, index).range().legendFormat(legend));
}

/** One query for the latest value. */
export function latest(expr: string, legend = ''): DataqueryBuilder[] {
  return [query(expr, 0).instant().legendFormat(legend)];
}

/** Thresholds: the colour of the lowest values, then the values from which another one is used. */
export function steps(
  lowest: string,
  ...rest: readonly (readonly [value: number, color: string])[]
): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ color: lowest, value: null }, ...rest.map(([value, color]) => ({ color, value }))]);
}

/** Texts and colours for the values 0 and 1. */
export function mapping(
  zero: readonly [text: string, color: string],
  one: readonly [text: string, color: string],
): ValueMapping[] {
  const options = Object.fromEntries(
    [zero, one].map(([text, color], index) => [String(index), { text, color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

const colours = (mode: FieldColorModeId) => new FieldColorBuilder().mode(mode);

/** Series get the same colour in every query of a panel. */
export const coloursByName = colours(FieldColorModeId.PaletteClassicByName);

const tooltip = (mode: TooltipDisplayMode, sort: SortOrder) =>
  new VizTooltipOptionsBuilder().mode(mode).sort(sort);

/** A legend as a table of the last values, and of the largest if wanted. */
export function legendTable(placement: LegendPlacement, calcs: readonly string[]): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(placement)
    .calcs([...calcs]);
}

/** A single figure, 4 × 4. */
export function statPanel(title: string, description: string): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .span(4)
    .height(4)
    .unit('none')
    .colorScheme(colours(FieldColorModeId.Thresholds))
    .mappings([])
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Auto)
    .justifyMode(BigValueJustifyMode.Center)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .orientation(VizOrientation.Auto)
    .percentChangeColorMode(PercentChangeColorMode.Standard)
    .showPercentChange(false)
    .wideLayout(true);
}

/** Lines over time. */
export function timeSeries(title: string, description: string): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit('none')
    .colorScheme(colours(FieldColorModeId.PaletteClassic))
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .lineInterpolation(LineInterpolation.Linear)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(tooltip(TooltipDisplayMode.Multi, SortOrder.Descending));
}

/** Stacked bars of whole counts, one for each interval. */
export function bars(title: string, description: string): timeseries.PanelBuilder {
  return timeSeries(title, description)
    .min(0)
    .decimals(0)
    .drawStyle(GraphDrawStyle.Bars)
    .lineWidth(1)
    .fillOpacity(80)
    .stacking(stacked())
    .axisSoftMin(0)
    .axisSoftMax(3);
}

export function stacked(): StackingConfigBuilder {
  return new StackingConfigBuilder().mode(StackingMode.Normal).group('A');
}

/** How the thresholds of a chart are drawn. */
export function thresholdsAs(mode: GraphThresholdsStyleMode): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(mode);
}

const hidden = { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } };

/** A second query of a chart as thin dashed lines without a legend. */
export const dashed: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
  { id: 'custom.lineWidth', value: 1 },
  hidden,
];

export const dotted: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dot', dash: [1, 5] } },
  { id: 'custom.lineWidth', value: 2 },
  hidden,
];

export function fixedColour(color: string): DynamicConfigValue[] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }];
}

/** Bars of states over time, one for each series; values are 0 and 1. */
export function stateTimeline(title: string, description: string): statetimeline.PanelBuilder {
  return new statetimeline.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit('none')
    .colorScheme(colours(FieldColorModeId.Thresholds))
    .thresholds(steps('text'))
    .lineWidth(0)
    .fillOpacity(80)
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.8)
    .alignValue(TimelineValueAlignment.Left)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(tooltip(TooltipDisplayMode.Single, SortOrder.None));
}

/**
 * A table that merges the latest values of several queries by their labels.
 * @param columns in their order: a label, or `Value #A` for the first query; queries without a column only add labels
 */
export function tablePanel(
  title: string,
  description: string,
  exprs: readonly string[],
  columns: readonly (readonly [field: string, name: string])[],
): table.PanelBuilder {
  const shown = columns.map(([field]) => field);
  const values = exprs.map((_, index) => `Value #${refIds.charAt(index)}`);
  const excluded = ['Time', ...values.filter(value => !shown.includes(value))];
  return new table.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .targets(
      exprs.map((expr, index) => query(expr, index).instant().format(PromQueryFormat.Table).legendFormat('')),
    )
    .transformations([
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(excluded.map(field => [field, true])),
          indexByName: Object.fromEntries(shown.map((field, index) => [field, index])),
          renameByName: Object.fromEntries(columns),
        },
      },
    ])
    .unit('none')
    .colorScheme(colours(FieldColorModeId.Thresholds))
    .thresholds(steps('text'))
    .noValue('–')
    .cellOptions({ type: TableCellDisplayMode.Auto })
    .inspect(false)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .footer(new TableFooterOptionsBuilder().show(false).reducer(['sum']))
    .frameIndex(0);
}

/** The columns that a table is sorted by, ascending unless `desc`. */
export function sortBy(names: readonly string[], desc = false): TableSortByFieldStateBuilder[] {
  return names.map(name => new TableSortByFieldStateBuilder().displayName(name).desc(desc));
}

/** Properties of a table's column. */
export const column = {
  /** @param pixels */
  width: (pixels: number): DynamicConfigValue => ({ id: 'custom.width', value: pixels }),
  unit: (unit: string): DynamicConfigValue => ({ id: 'unit', value: unit }),
  decimals: (count: number): DynamicConfigValue => ({ id: 'decimals', value: count }),
  /** The text in the colour of its threshold or of its mapping. */
  colouredText: { id: 'custom.cellOptions', value: { type: 'color-text' } },
  colouredBackground: { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  thresholds: (builder: ThresholdsConfigBuilder): DynamicConfigValue => ({
    id: 'thresholds',
    value: builder.build(),
  }),
  mappings: (mappings: ValueMapping[]): DynamicConfigValue => ({ id: 'mappings', value: mappings }),
} as const;

/** Counts by the buckets of a histogram; `targets` must have the format heatmap. */
export function heatmapPanel(
  title: string,
  description: string,
  expr: string,
  unit: string,
): heatmap.PanelBuilder {
  return new heatmap.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .targets([query(expr, 0).range().format(PromQueryFormat.Heatmap).legendFormat('{{le}}')])
    .unit(unit)
    .calculate(false)
    .cellGap(1)
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme('Blues')
        .steps(64)
        .exponent(0.5)
        .reverse(false)
        .fill('dark-blue'),
    )
    .yAxis(new heatmap.YAxisConfigBuilder().axisPlacement(AxisPlacement.Left).unit(unit).decimals(1))
    .rowsFrame(new heatmap.RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .cellValues(new heatmap.CellValuesBuilder().unit('short'))
    .filterValues(new heatmap.FilterValueRangeBuilder().le(0.5))
    .showLegend()
    .mode(TooltipDisplayMode.Single)
    .hideYHistogram()
    .exemplarsColor('rgba(255,0,255,0.7)')
    .showValue(VisibilityMode.Never);
}
