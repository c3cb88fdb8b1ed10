/** Quality and state of Models: what serves, live truth, inputs, runs. */
import {
  GraphThresholdsStyleMode,
  LegendPlacement,
  LineInterpolation,
} from '@grafana/grafana-foundation-sdk/common';
import { RowBuilder, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  builtInAnnotations,
  clusterVariable,
  labelVariable,
  promotions,
  startDashboard,
} from './dashboard.ts';
import {
  coloursByName,
  column,
  dashed,
  dotted,
  latest,
  legendTable,
  mapping,
  ranges,
  sortBy,
  stateTimeline,
  statPanel,
  steps,
  tablePanel,
  thresholdsAs,
  timeSeries,
} from './panels.ts';
import { byModel, joinModel, metric, ofClusters, ofModels, ofServers } from './queries.ts';
import { runsByPhase } from './runs-by-phase.ts';

const serversUrl = `/d/bellwether-serving?var-datasource=\${datasource}&\${cluster:queryparam}&var-namespace=\${__data.fields.Namespace}&var-model=\${__value.raw}`;

export const modelsDashboard = startDashboard(
  'models',
  'Models',
  'What serves and since when, its quality before promotion and live, how its inputs compare with the training data, and how runs end.',
)
  .timezone('utc')
  .time({ from: 'now-7d', to: 'now' })
  .refresh('5m')
  .withVariable(clusterVariable('bellwether_model_ready'))
  .withVariable(labelVariable('namespace', 'Namespace', ofClusters('bellwether_model_ready')))
  .withVariable(labelVariable('model', 'Model', ofServers('bellwether_model_ready')))
  .withVariable(
    labelVariable('window', 'Scored days', ofModels('bellwether_live_days'), {
      sort: VariableSort.NumericalAsc,
      preset: '60',
    }),
  )
  .annotations([builtInAnnotations, promotions])
  .withPanel(
    statPanel(
      'Not ready',
      'Models that have a champion but no ready server. Good: 0. Otherwise `kubectl describe model NAME` shows the cause; docs/runbook.md, BellwetherModelNotReady.',
    )
      .targets(
        latest(
          `sum((${byModel('bellwether_model_ready')} == bool 0) and on (cluster, namespace, model) ${byModel('bellwether_model_desired_replicas')} > 0 and on (cluster, namespace, model) ${metric('bellwether_champion_info')})`,
        ),
      )
      .thresholds(steps('green', [1, 'red']))
      .noValue('no champion'),
  )
  .withPanel(
    statPanel(
      'Last run failed',
      "Models whose last finished run failed. The previous version still serves and gets older. Good: 0. The run's conditions show stage and cause (`kubectl describe tr NAME`); docs/runbook.md, BellwetherRunFailed.",
    )
      .targets(latest(`sum(${byModel('bellwether_model_last_run_failed')})`))
      .thresholds(steps('green', [1, 'orange']))
      .noValue('no run yet'),
  )
  .withPanel(
    statPanel(
      'Oldest data',
      'Age of the last bar in the data of the oldest champion. Good: little more than the time between two runs. If it grows, runs fail or are not promoted: see the runs below and docs/runbook.md, BellwetherNoSuccessfulRun.',
    )
      .targets(latest(`max(time() - ${byModel('bellwether_champion_bars_to_timestamp_seconds')})`))
      .unit('s')
      .thresholds(steps('green', [691200, 'yellow'], [3024000, 'red']))
      .noValue('no champion')
      .decimals(1),
  )
  .withPanel(
    statPanel(
      'Live: worse than the mean',
      'Models whose return forecasts were significantly worse than predicting the mean on the last $window scored days, by 95 % interval and by test. Good: 0. There is no verdict on fewer than 60 days. Otherwise roll back or retrain; docs/runbook.md, BellwetherReturnWorseThanMean.',
    )
      .targets(
        latest(
          `sum(${byModel('bellwether_live_verdict', [], 'window="$window"', 'of="return"')} == bool -1)`,
        ),
      )
      .thresholds(steps('green', [1, 'red']))
      .noValue('no truth yet'),
  )
  .withPanel(
    statPanel(
      'Live: worse than persistence',
      'Models whose risk classes were significantly less accurate than persistence ("as today") on the last $window scored days. Good: 0. There is no verdict on fewer than 60 days. Otherwise roll back or retrain; docs/runbook.md, BellwetherRiskWorseThanPersistence.',
    )
      .targets(
        latest(`sum(${byModel('bellwether_live_verdict', [], 'window="$window"', 'of="risk"')} == bool -1)`),
      )
      .thresholds(steps('green', [1, 'red']))
      .noValue('no truth yet'),
  )
  .withPanel(
    statPanel(
      'Drifted inputs',
      'Features, counted per Model, whose recent inputs are distributed unlike the training rows (PSI above 1 over at least 250 rows). Good: 0. Otherwise find the caller, or retrain; docs/runbook.md, BellwetherInputsDrifting. Without a value, too few rows were received.',
    )
      .targets(
        latest(
          `sum(max by (cluster, namespace, model, feature) ((${metric('bellwether_input_psi')} and on (cluster, job, instance, via) ${metric('bellwether_input_window_rows')} >= 250) ${joinModel('model')}) > bool 1)`,
        ),
      )
      .thresholds(steps('green', [1, 'orange']))
      .noValue('too few rows'),
  )
  .withRow(new RowBuilder('Serving versions'))
  .withPanel(
    tablePanel(
      'Models',
      'One row per Model: what serves, since when, from data up to which day, and how its runs end. Good: ready, not stalled, no server missing, last run Complete, last scored day no older than a few trading days. Click a Model for its servers. For anything else: docs/runbook.md, sections Bellwether… ModelNotReady, ModelStalled, RolloutFailed, ServersMissing, RunFailed, LiveTruthStale, ScoringFails.',
      [
        byModel('bellwether_model_ready'),
        byModel('bellwether_champion_info', ['version', 'symbol']),
        `time() - ${byModel('bellwether_champion_promoted_timestamp_seconds')}`,
        `1000 * ${byModel('bellwether_champion_bars_to_timestamp_seconds')}`,
        `1000 * ${byModel('bellwether_live_last_day_timestamp_seconds')}`,
        byModel('bellwether_model_ready_replicas'),
        `${byModel('bellwether_model_desired_replicas')} - ${byModel('bellwether_model_ready_replicas')}`,
        byModel('bellwether_model_last_run_failed'),
        `time() - ${byModel('bellwether_model_last_successful_run_timestamp_seconds')}`,
        `sum by (cluster, namespace, model) (${byModel('bellwether_runs', ['phase'], 'phase=~"Pending|Running|Suspended"')})`,
        byModel('bellwether_model_stalled', ['reason']),
        byModel('bellwether_model_score_failures'),
      ],
      [
        ['cluster', 'Cluster'],
        ['namespace', 'Namespace'],
        ['model', 'Model'],
        ['Value #A', 'Ready'],
        ['version', 'Version'],
        ['symbol', 'Symbol'],
        ['reason', 'Stalled'],
        ['Value #C', 'Champion for'],
        ['Value #D', 'Data up to'],
        ['Value #E', 'Scored up to'],
        ['Value #F', 'Servers'],
        ['Value #G', 'Missing'],
        ['Value #H', 'Last run'],
        ['Value #I', 'Last success'],
        ['Value #J', 'Active runs'],
        ['Value #L', 'Failed scores'],
      ],
    )
      .span(24)
      .height(6)
      .sortBy(sortBy(['Ready']))
      .overrideByName('Namespace', [column.width(120)])
      .overrideByName('Model', [
        { id: 'links', value: [{ title: `Servers of \${__value.text}`, url: serversUrl }] },
        column.width(110),
      ])
      .overrideByName('Ready', [
        column.mappings(mapping(['no', 'red'], ['yes', 'green'])),
        column.colouredBackground,
        column.width(70),
      ])
      .overrideByName('Version', [column.width(140)])
      .overrideByName('Symbol', [column.width(90)])
      .overrideByName('Champion for', [column.unit('s'), column.decimals(1)])
      .overrideByName('Data up to', [column.unit('time:YYYY-MM-DD')])
      .overrideByName('Scored up to', [column.unit('time:YYYY-MM-DD')])
      .overrideByName('Servers', [column.decimals(0), column.width(80)])
      .overrideByName('Missing', [
        column.decimals(0),
        column.width(80),
        column.colouredText,
        column.thresholds(steps('text', [1, 'orange'])),
      ])
      .overrideByName('Last run', [
        column.mappings(mapping(['Complete', 'green'], ['Failed', 'red'])),
        column.colouredBackground,
        column.width(100),
      ])
      .overrideByName('Last success', [column.unit('s'), column.decimals(1)])
      .overrideByName('Active runs', [column.decimals(0)])
      .overrideByName('Stalled', [{ id: 'custom.align', value: 'left' }])
      .overrideByName('Failed scores', [
        column.decimals(0),
        column.colouredText,
        column.thresholds(steps('text', [1, 'orange'])),
      ]),
  )
  .withPanel(
    stateTimeline(
      'Ready over time',
      'Whether any server of a Model was ready. Good: an unbroken green bar. Gap: the operator was not scraped. Red: docs/runbook.md, BellwetherModelNotReady.',
    )
      .span(12)
      .height(5)
      .targets(ranges([byModel('bellwether_model_ready'), '{{cluster}} {{namespace}}/{{model}}']))
      .mappings(mapping(['not ready', 'red'], ['ready', 'green'])),
  )
  .withPanel(
    stateTimeline(
      'Outcome of the last run',
      'Outcome of the run that finished last, over time. Good: Complete. If a bar stays red, every run since has failed and the champion gets older; docs/runbook.md, BellwetherRunFailed.',
    )
      .span(12)
      .height(5)
      .targets(ranges([byModel('bellwether_model_last_run_failed'), '{{cluster}} {{namespace}}/{{model}}']))
      .mappings(mapping(['Complete', 'green'], ['Failed', 'red'])),
  )
  .withRow(new RowBuilder('Quality before promotion'))
  .withPanel(
    timeSeries(
      'RMSE relative to the mean',
      "RMSE of the champion's return forecasts divided by that of predicting the training mean, on days that it was not fitted to. Below 1: better than the mean. Exactly 1: the model is the mean. It changes only at promotions.",
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          byModel('bellwether_champion_rmse_ratio', ['set']),
          '{{cluster}} {{namespace}}/{{model}} {{set}}',
        ]),
      )
      .decimals(4)
      .thresholds(steps('transparent', [1, 'red']))
      .lineInterpolation(LineInterpolation.StepAfter)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .axisSoftMin(0.995)
      .axisSoftMax(1.005)
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull'])),
  )
  .withPanel(
    tablePanel(
      'Champions and baselines',
      'Each champion beside the baselines, on the holdout and in walk-forward. Good: RMSE/mean at most 1, accuracy above persistence. Compare the accuracy with that of the known-part rule to see how much of it is skill; docs/promotion.md has the requirements.',
      [
        byModel('bellwether_champion_rmse', ['set']),
        byModel('bellwether_champion_mean_rmse', ['set']),
        byModel('bellwether_champion_rmse_ratio', ['set']),
        byModel('bellwether_champion_accuracy', ['set']),
        byModel('bellwether_champion_known_part_accuracy', ['set']),
        byModel('bellwether_champion_persistence_accuracy', ['set']),
        `${byModel('bellwether_champion_accuracy', ['set'])} - ${byModel('bellwether_champion_persistence_accuracy', ['set'])}`,
      ],
      [
        ['cluster', 'Cluster'],
        ['namespace', 'Namespace'],
        ['model', 'Model'],
        ['set', 'Set'],
        ['Value #A', 'RMSE'],
        ['Value #B', "Mean's RMSE"],
        ['Value #C', 'RMSE/mean'],
        ['Value #D', 'Accuracy'],
        ['Value #E', 'Known part'],
        ['Value #F', 'Persistence'],
        ['Value #G', 'Lead'],
      ],
    )
      .span(16)
      .height(9)
      .sortBy(sortBy(['Cluster', 'Namespace', 'Model', 'Set']))
      .overrideByName('Namespace', [column.width(110)])
      .overrideByName('Model', [column.width(90)])
      .overrideByName('Set', [column.width(110)])
      .overrideByName('RMSE', [column.unit('percentunit'), column.decimals(4)])
      .overrideByName("Mean's RMSE", [column.unit('percentunit'), column.decimals(4)])
      .overrideByName('RMSE/mean', [
        column.decimals(4),
        column.colouredText,
        column.thresholds(steps('green', [1, 'text'], [1.0001, 'orange'])),
      ])
      .overrideByName('Accuracy', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Known part', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Persistence', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Lead', [
        column.unit('percentunit'),
        column.decimals(1),
        column.colouredText,
        column.thresholds(steps('red', [0, 'text'], [0.01, 'green'])),
      ]),
  )
  .withRow(new RowBuilder('Live truth: forecasts compared with outcomes'))
  .withPanel(
    tablePanel(
      'Verdicts on live forecasts',
      'Forecasts compared with outcomes on the last scored days. Loss: squared error of the return minus that of predicting the mean, as a share of the latter, 95 % interval; red if all of it is above 0. Lead: accuracy minus that of persistence; red if all of it is below 0. An interval that contains 0 shows no difference; fewer than 60 days have no interval. If red: docs/runbook.md, BellwetherReturnWorseThanMean and BellwetherRiskWorseThanPersistence.',
      [
        byModel('bellwether_live_days', ['window']),
        byModel('bellwether_live_rmse', ['window']),
        byModel('bellwether_live_rmse_ratio', ['window']),
        `${byModel('bellwether_live_loss_difference', ['window'], 'bound="lower"')} / ${byModel('bellwether_live_mean_rmse', ['window'])} ^ 2`,
        `${byModel('bellwether_live_loss_difference', ['window'], 'bound="upper"')} / ${byModel('bellwether_live_mean_rmse', ['window'])} ^ 2`,
        byModel('bellwether_live_hit_rate', ['window']),
        byModel('bellwether_live_mean_hit_rate', ['window']),
        byModel('bellwether_live_accuracy', ['window']),
        byModel('bellwether_live_known_part_accuracy', ['window']),
        byModel('bellwether_live_persistence_accuracy', ['window']),
        byModel('bellwether_live_accuracy_difference', ['window'], 'bound="lower"'),
        byModel('bellwether_live_accuracy_difference', ['window'], 'bound="upper"'),
      ],
      [
        ['cluster', 'Cluster'],
        ['namespace', 'Namespace'],
        ['model', 'Model'],
        ['window', 'Last days'],
        ['Value #A', 'Scored'],
        ['Value #B', 'RMSE'],
        ['Value #C', 'RMSE/mean'],
        ['Value #D', 'Loss from'],
        ['Value #E', 'Loss to'],
        ['Value #F', 'Hit rate'],
        ['Value #G', "Mean's hit rate"],
        ['Value #H', 'Accuracy'],
        ['Value #I', 'Known part'],
        ['Value #J', 'Persistence'],
        ['Value #K', 'Lead from'],
        ['Value #L', 'Lead to'],
      ],
    )
      .span(24)
      .height(8)
      .sortBy(sortBy(['Cluster', 'Namespace', 'Model', 'Scored']))
      .overrideByName('Namespace', [column.width(110)])
      .overrideByName('Model', [column.width(90)])
      .overrideByName('Last days', [column.width(90)])
      .overrideByName('Scored', [column.decimals(0)])
      .overrideByName('RMSE', [column.unit('percentunit'), column.decimals(3)])
      .overrideByName('RMSE/mean', [column.decimals(4)])
      .overrideByName('Loss from', [
        column.unit('percentunit'),
        column.decimals(1),
        column.colouredText,
        column.thresholds(steps('text', [1e-5, 'red'])),
      ])
      .overrideByName('Loss to', [
        column.unit('percentunit'),
        column.decimals(1),
        column.colouredText,
        column.thresholds(steps('green', [0, 'text'])),
      ])
      .overrideByName('Hit rate', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName("Mean's hit rate", [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Accuracy', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Known part', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Persistence', [column.unit('percentunit'), column.decimals(1)])
      .overrideByName('Lead from', [
        column.unit('percentunit'),
        column.decimals(1),
        column.colouredText,
        column.thresholds(steps('text', [0, 'green'])),
      ])
      .overrideByName('Lead to', [
        column.unit('percentunit'),
        column.decimals(1),
        column.colouredText,
        column.thresholds(steps('red', [0, 'text'])),
      ]),
  )
  .withPanel(
    timeSeries(
      'Live RMSE relative to the mean',
      'RMSE of live forecasts divided by that of predicting the mean, by number of scored days. Around 1 is normal, and short windows vary. A long window that stays above 1 is a problem: see the interval beside it.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges([
          byModel('bellwether_live_rmse_ratio', ['window']),
          '{{cluster}} {{namespace}}/{{model}} {{window}} days',
        ]),
      )
      .decimals(3)
      .thresholds(steps('transparent', [1, 'red']))
      .lineInterpolation(LineInterpolation.StepAfter)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .axisSoftMin(0.98)
      .axisSoftMax(1.02),
  )
  .withPanel(
    timeSeries(
      'Loss relative to the mean, last $window days',
      'Squared error of the return minus that of predicting the mean, as a share of the latter; dashed: its 95 % interval. Bad: a lower bound above 0, in the red area: significantly worse than the mean; docs/runbook.md, BellwetherReturnWorseThanMean.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges(
          [
            `${byModel('bellwether_live_loss_difference', [], 'window="$window"', 'bound="estimate"')} / ${byModel('bellwether_live_mean_rmse', [], 'window="$window"')} ^ 2`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            `${byModel('bellwether_live_loss_difference', [], 'window="$window"', 'bound="lower"')} / ${byModel('bellwether_live_mean_rmse', [], 'window="$window"')} ^ 2`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            `${byModel('bellwether_live_loss_difference', [], 'window="$window"', 'bound="upper"')} / ${byModel('bellwether_live_mean_rmse', [], 'window="$window"')} ^ 2`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .unit('percentunit')
      .colorScheme(coloursByName)
      .decimals(1)
      .thresholds(steps('transparent', [0, 'red']))
      .lineInterpolation(LineInterpolation.StepAfter)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.LineAndArea))
      .overrideByQuery('B', dashed)
      .overrideByQuery('C', dashed),
  )
  .withPanel(
    timeSeries(
      'Hit rate (dashed: the mean), last $window days',
      'How often the sign of the return was right, compared with always predicting the sign of the mean. Good: not below the mean. About 50 % is realistic for returns.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges(
          [
            byModel('bellwether_live_hit_rate', [], 'window="$window"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            byModel('bellwether_live_mean_hit_rate', [], 'window="$window"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .unit('percentunit')
      .colorScheme(coloursByName)
      .decimals(1)
      .lineInterpolation(LineInterpolation.StepAfter)
      .axisSoftMin(0.45)
      .axisSoftMax(0.6)
      .overrideByQuery('B', dashed),
  )
  .withPanel(
    timeSeries(
      'Accuracy (dashed: persistence, dotted: known part), last $window days',
      'Live accuracy of the risk classes, compared with persistence ("as today") and with the rule that uses only the days already known. Good: above persistence and not below the known part.',
    )
      .span(12)
      .height(8)
      .targets(
        ranges(
          [
            byModel('bellwether_live_accuracy', [], 'window="$window"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            byModel('bellwether_live_persistence_accuracy', [], 'window="$window"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            byModel('bellwether_live_known_part_accuracy', [], 'window="$window"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .unit('percentunit')
      .colorScheme(coloursByName)
      .decimals(1)
      .lineInterpolation(LineInterpolation.StepAfter)
      .axisSoftMin(0.75)
      .axisSoftMax(0.95)
      .overrideByQuery('B', dashed)
      .overrideByQuery('C', dotted),
  )
  .withPanel(
    timeSeries(
      'Lead over persistence, last $window days',
      'Accuracy minus that of persistence; dashed: its 95 % interval. Bad: an upper bound below 0, in the red area: significantly worse than persistence; docs/runbook.md, BellwetherRiskWorseThanPersistence.',
    )
      .span(12)
      .height(8)
      .targets(
        ranges(
          [
            byModel('bellwether_live_accuracy_difference', [], 'window="$window"', 'bound="estimate"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            byModel('bellwether_live_accuracy_difference', [], 'window="$window"', 'bound="lower"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            byModel('bellwether_live_accuracy_difference', [], 'window="$window"', 'bound="upper"'),
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .unit('percentunit')
      .colorScheme(coloursByName)
      .decimals(1)
      .thresholds(steps('red', [0, 'transparent']))
      .lineInterpolation(LineInterpolation.StepAfter)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.LineAndArea))
      .overrideByQuery('B', dashed)
      .overrideByQuery('C', dashed),
  )
  .withRow(new RowBuilder('Inputs compared with the training data'))
  .withPanel(
    timeSeries(
      'Population stability index by feature',
      "How far recent inputs are from the training rows: the worst of a Model's servers, separately for requests and uploads, since an uploaded history looks like training data. Consecutive days are similar: training days themselves reach 0.6, at most 1 over 250 rows, and more over fewer rows. Above that, the model answers on inputs unlike its training data: find the caller, or retrain; docs/runbook.md, BellwetherInputsDrifting.",
    )
      .span(16)
      .height(9)
      .targets(
        ranges([
          `max by (cluster, namespace, model, feature, via) (${metric('bellwether_input_psi')} ${joinModel('model')})`,
          '{{cluster}} {{namespace}}/{{model}} {{feature}}, {{via}}',
        ]),
      )
      .min(0)
      .decimals(2)
      .noValue('too few rows')
      .thresholds(steps('transparent', [0.6, 'yellow'], [1, 'red']))
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .axisSoftMin(0)
      .axisSoftMax(0.3)
      .legend(legendTable(LegendPlacement.Right, ['lastNotNull', 'max'])),
  )
  .withPanel(
    timeSeries(
      'Rows behind the index',
      'Rows received and remembered by each server; the dashed line is the size of the window. Below 100 rows there is no index; over a few hundred it varies by chance.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [
            `${metric('bellwether_input_window_rows')} ${joinModel('model')}`,
            '{{cluster}} {{namespace}}/{{pod}}, {{via}}',
          ],
          [
            `max by (cluster, namespace, model) (${metric('bellwether_input_window_rows_limit')} ${joinModel('model')})`,
            '{{cluster}} {{namespace}}/{{model}} limit',
          ],
        ),
      )
      .unit('short')
      .min(0)
      .overrideByQuery('B', [
        { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
        { id: 'custom.lineWidth', value: 1 },
      ]),
  )
  .withRow(new RowBuilder('Runs'))
  .withPanel(
    runsByPhase(
      'TrainingRuns that exist, by phase. Good: Pending and Running return to 0 between runs. A run that stays Pending waits for another run of its Model, or cannot start. If Failed grows: docs/runbook.md, BellwetherRunFailed.',
    ),
  )
  .withPanel(
    timeSeries(
      'Since the last successful run',
      'A sawtooth that falls to 0 when a run succeeds; the schedule sets its period. Good: teeth of equal height. If one climbs past the others, runs fail, wait or are not started; docs/runbook.md, BellwetherNoSuccessfulRun, whose threshold is the line.',
    )
      .span(12)
      .height(8)
      .targets(
        ranges([
          `time() - ${byModel('bellwether_model_last_successful_run_timestamp_seconds')}`,
          '{{cluster}} {{namespace}}/{{model}}',
        ]),
      )
      .unit('s')
      .colorScheme(coloursByName)
      .min(0)
      .noValue('no run yet')
      .thresholds(steps('transparent', [691200, 'yellow']))
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed)),
  );
