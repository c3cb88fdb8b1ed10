/** A panel that two dashboards have. */
import { LegendPlacement, LineInterpolation } from '@grafana/grafana-foundation-sdk/common';
import { fixedColour, legendTable, ranges, timeSeries } from './panels.ts';
import { byModel } from './queries.ts';

/** The TrainingRuns of the chosen Models, by phase. */
export function runsByPhase(description: string) {
  return timeSeries('Runs by phase', description)
    .span(12)
    .height(8)
    .targets(ranges([`sum by (phase) (${byModel('bellwether_runs', ['phase'])})`, '{{phase}}']))
    .min(0)
    .decimals(0)
    .lineInterpolation(LineInterpolation.StepAfter)
    .legend(legendTable(LegendPlacement.Right, ['lastNotNull', 'max']))
    .overrideByName('Pending', fixedColour('blue'))
    .overrideByName('Running', fixedColour('yellow'))
    .overrideByName('Suspended', fixedColour('purple'))
    .overrideByName('Complete', fixedColour('green'))
    .overrideByName('Failed', fixedColour('red'));
}
