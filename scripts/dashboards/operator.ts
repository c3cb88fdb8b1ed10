/** The operator: leadership, runs, queue, API server, process. */
import {
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  LegendPlacement,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { builtInAnnotations, clusterVariable, labelVariable, startDashboard } from './dashboard.ts';
import {
  bars,
  coloursByName,
  column,
  fixedColour,
  latest,
  legendTable,
  mapping,
  ranges,
  sortBy,
  stacked,
  stateTimeline,
  statPanel,
  steps,
  tablePanel,
  thresholdsAs,
  timeSeries,
} from './panels.ts';
import { byModel, ofClusters, ofOperators, ofServers } from './queries.ts';
import { runsByPhase } from './runs-by-phase.ts';

export const operatorDashboard = startDashboard(
  'operator',
  'Operator',
  'Leadership, runs and stages, the queue, the API server and the process of the operator.',
)
  .timezone('')
  .time({ from: 'now-24h', to: 'now' })
  .refresh('30s')
  .withVariable(clusterVariable('bellwether_build_info'))
  .withVariable(labelVariable('job', 'Operator', ofClusters('bellwether_build_info'), { listAll: true }))
  .withVariable(labelVariable('namespace', 'Namespace', ofClusters('bellwether_model_ready')))
  .withVariable(labelVariable('model', 'Model', ofServers('bellwether_model_ready')))
  .annotations([builtInAnnotations])
  .withPanel(
    statPanel(
      'Leaders',
      "Operators that hold the Lease. Good: 1. At 0 nothing starts, is judged or rolled out, while running stages and servers continue. Are the operator's pods ready? docs/runbook.md, BellwetherOperatorNotLeading.",
    )
      .targets(
        latest(
          `sum by (cluster, namespace, job) (${ofOperators('leader_election_master_status')})`,
          '{{cluster}} {{namespace}}/{{job}}',
        ),
      )
      .thresholds(steps('red', [1, 'green'], [2, 'red']))
      .noValue('no election')
      .textMode(BigValueTextMode.Value),
  )
  .withPanel(
    statPanel('Active runs', 'TrainingRuns of which a stage is running at the moment.')
      .targets(latest(`sum(${byModel('bellwether_runs', ['phase'], 'phase="Running"')})`))
      .thresholds(steps('blue'))
      .noValue('no run')
      .decimals(0),
  )
  .withPanel(
    statPanel(
      'Waiting runs',
      'TrainingRuns that have not started: another run of their Model is active, or their first Job is being created. Good: 0 most of the time.',
    )
      .targets(latest(`sum(${byModel('bellwether_runs', ['phase'], 'phase="Pending"')})`))
      .thresholds(steps('blue'))
      .noValue('no run')
      .decimals(0),
  )
  .withPanel(
    statPanel(
      'Longest without progress',
      'Time since the slowest active run last started or ended a stage. Good: less than its longest stage takes. Otherwise see its pod (`kubectl describe tr NAME`); docs/runbook.md, BellwetherRunStuck.',
    )
      .targets(latest(`max(time() - ${byModel('bellwether_model_last_progress_timestamp_seconds')})`))
      .unit('s')
      .thresholds(steps('green', [3900, 'orange'], [5400, 'red']))
      .noValue('nothing runs')
      .decimals(1),
  )
  .withPanel(
    statPanel(
      'Stale watches',
      'Kinds about which the operator has received nothing for too long, so that it acts on old state. Good: 0. It reopens watches by itself; if a watch stays stale, the API server cannot be reached; docs/runbook.md, BellwetherWatchStale.',
    )
      .targets(latest(`sum(max by (kind) (${ofOperators('bellwether_watch_stale')}))`))
      .thresholds(steps('green', [1, 'red']))
      .noValue('not scraped'),
  )
  .withPanel(
    statPanel(
      'Longest reconcile now',
      'How long the oldest reconcile has been running. Good: below a second. Longer: the API server is slow or cannot be reached; docs/runbook.md, BellwetherReconcileErrors.',
    )
      .targets(latest(`max(${ofOperators('workqueue_longest_running_processor_seconds')})`))
      .unit('s')
      .thresholds(steps('green', [10, 'orange'], [60, 'red']))
      .noValue('not scraped'),
  )
  .withRow(new RowBuilder('Processes'))
  .withPanel(
    tablePanel(
      'Operators',
      'One row per operator process. Good: one leads, the others are standbys, and all have the same version except during an upgrade. Processes that are up for a short time have restarted: `kubectl logs --previous`; docs/runbook.md, BellwetherOperatorReplicaDown.',
      [
        `max by (cluster, pod, instance) (${ofOperators('leader_election_master_status')})`,
        `max by (cluster, pod, instance, version) (${ofOperators('bellwether_build_info')})`,
        `time() - max by (cluster, pod, instance) (${ofOperators('process_start_time_seconds')})`,
      ],
      [
        ['cluster', 'Cluster'],
        ['pod', 'Pod'],
        ['instance', 'Instance'],
        ['Value #A', 'Leads'],
        ['version', 'Version'],
        ['Value #C', 'Up for'],
      ],
    )
      .span(12)
      .height(6)
      .sortBy(sortBy(['Leads'], true))
      .overrideByName('Pod', [column.width(260)])
      .overrideByName('Instance', [column.width(160)])
      .overrideByName('Leads', [
        column.mappings(mapping(['standby', 'text'], ['leads', 'green'])),
        column.colouredText,
      ])
      .overrideByName('Up for', [column.unit('s'), column.decimals(1)]),
  )
  .withPanel(
    stateTimeline(
      'Leadership',
      'Which process held the Lease. Good: one bar at a time, without gaps of more than 20 s if there is a standby; docs/runbook.md, BellwetherOperatorNotLeading.',
    )
      .span(12)
      .height(6)
      .targets(
        ranges([
          `max by (cluster, pod, instance) (${ofOperators('leader_election_master_status')})`,
          '{{pod}}',
        ]),
      )
      .mappings(mapping(['standby', 'blue'], ['leads', 'green'])),
  )
  .withRow(new RowBuilder('Runs'))
  .withPanel(
    runsByPhase(
      'TrainingRuns that exist, by phase, of the Models chosen above. Good: Pending and Running return to 0. If Pending stays, the queue of a Model does not move; docs/runbook.md, BellwetherRunStuck.',
    ),
  )
  .withPanel(
    timeSeries(
      'Time without progress',
      'For Models with an active run: time since a run or a stage last started or ended. Good: it returns to 0 with every stage. A run that reaches the line is stuck, unless one of its stages may take more than an hour; docs/runbook.md, BellwetherRunStuck.',
    )
      .span(12)
      .height(8)
      .targets(
        ranges([
          `time() - ${byModel('bellwether_model_last_progress_timestamp_seconds')}`,
          '{{cluster}} {{namespace}}/{{model}}',
        ]),
      )
      .unit('s')
      .colorScheme(coloursByName)
      .min(0)
      .noValue('nothing runs')
      .thresholds(steps('transparent', [5400, 'red']))
      .fillOpacity(10)
      .showPoints(VisibilityMode.Auto)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed)),
  )
  .withPanel(
    bars(
      'Runs finished',
      'How runs ended; one bar per ten minutes or more. Good: Complete. Failed: the table below has stage and reason; docs/runbook.md, BellwetherRunFailed.',
    )
      .span(8)
      .height(8)
      .interval('10m')
      .targets(
        ranges([
          `sum by (outcome) (increase(${ofOperators('bellwether_runs_finished_total')}[$__rate_interval]))`,
          '{{outcome}}',
        ]),
      )
      .overrideByName('Complete', fixedColour('green'))
      .overrideByName('Failed', fixedColour('red')),
  )
  .withPanel(
    bars(
      'Challengers judged',
      'Outcomes of complete runs; one bar per ten minutes or more. Inconclusive is normal: there is no reason to replace the champion. RolloutFailed: a promoted version never became ready, and the previous one serves; docs/runbook.md, BellwetherRolloutFailed.',
    )
      .span(8)
      .height(8)
      .interval('10m')
      .targets(
        ranges([
          `sum by (outcome) (increase(${ofOperators('bellwether_promotions_total')}[$__rate_interval]))`,
          '{{outcome}}',
        ]),
      )
      .overrideByName('Promoted', fixedColour('purple'))
      .overrideByName('Rejected', fixedColour('orange'))
      .overrideByName('Inconclusive', fixedColour('text'))
      .overrideByName('AwaitingApproval', fixedColour('blue'))
      .overrideByName('Pinned', fixedColour('yellow'))
      .overrideByName('RolloutFailed', fixedColour('red')),
  )
  .withPanel(
    bars(
      'Score Jobs',
      'Jobs that compare live forecasts with outcomes. Good: Succeeded, once per scheduled time. Failed: live truth on the dashboard Models becomes stale; docs/runbook.md, BellwetherScoringFails.',
    )
      .span(8)
      .height(8)
      .interval('10m')
      .targets(
        ranges([
          `sum by (outcome) (increase(${ofOperators('bellwether_scores_total')}[$__rate_interval]))`,
          '{{outcome}}',
        ]),
      )
      .overrideByName('Succeeded', fixedColour('green'))
      .overrideByName('Failed', fixedColour('red')),
  )
  .withRow(new RowBuilder('Stages'))
  .withPanel(
    tablePanel(
      'Failures and retries in the time shown',
      "Failed runs and repeated attempts, by stage and reason; None is the run as a whole. Good: empty, or retries without failures. The reasons are those of the run's status; docs/runbook.md, BellwetherRunFailed, has what to do about each.",
      [
        `sum by (stage, reason) (max_over_time(${ofOperators('bellwether_run_failures_total')}[$__range]) - last_over_time(${ofOperators('bellwether_run_failures_total')}[1h] offset $__range) or max_over_time(${ofOperators('bellwether_run_failures_total')}[$__range])) > 0`,
        `sum by (stage, reason) (max_over_time(${ofOperators('bellwether_stage_retries_total')}[$__range]) - last_over_time(${ofOperators('bellwether_stage_retries_total')}[1h] offset $__range) or max_over_time(${ofOperators('bellwether_stage_retries_total')}[$__range])) > 0`,
      ],
      [
        ['stage', 'Stage'],
        ['reason', 'Reason'],
        ['Value #A', 'Runs failed'],
        ['Value #B', 'Retries'],
      ],
    )
      .span(8)
      .height(9)
      .sortBy(sortBy(['Runs failed'], true))
      .overrideByName('Stage', [column.width(90)])
      .overrideByName('Runs failed', [
        column.decimals(0),
        column.width(100),
        column.colouredText,
        column.thresholds(steps('text', [1, 'red'])),
      ])
      .overrideByName('Retries', [
        column.decimals(0),
        column.width(80),
        column.colouredText,
        column.thresholds(steps('text', [1, 'orange'])),
      ]),
  )
  .withPanel(
    timeSeries(
      'Duration of stages: p95 (thin: p50)',
      "95 % and 50 % of the stages that succeeded took no longer; one point per half hour or more in which one ended. Good: no trend. Train grows with bars and candidates, Fetch with Yahoo's response time.",
    )
      .span(9)
      .height(9)
      .interval('30m')
      .targets(
        ranges(
          [
            `histogram_quantile(0.95, sum by (stage, le) (rate(${ofOperators('bellwether_stage_duration_seconds_bucket', 'outcome="Succeeded"')}[$__rate_interval])))`,
            '{{stage}}',
          ],
          [
            `histogram_quantile(0.5, sum by (stage, le) (rate(${ofOperators('bellwether_stage_duration_seconds_bucket', 'outcome="Succeeded"')}[$__rate_interval])))`,
            '{{stage}}',
          ],
        ),
      )
      .unit('s')
      .min(0)
      .noValue('no stage ended')
      .drawStyle(GraphDrawStyle.Points)
      .fillOpacity(10)
      .showPoints(VisibilityMode.Always)
      .pointSize(6)
      .legend(legendTable(LegendPlacement.Right, ['lastNotNull', 'max']))
      .overrideByName('Fetch', fixedColour('blue'))
      .overrideByName('Features', fixedColour('purple'))
      .overrideByName('Train', fixedColour('orange'))
      .overrideByName('Evaluate', fixedColour('green'))
      .overrideByQuery('B', [
        { id: 'custom.pointSize', value: 3 },
        { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
      ]),
  )
  .withPanel(
    timeSeries(
      'Handover between stages',
      'Time from the observed end of a stage to the creation of the next Job; one point per half hour or more. Good: below 100 ms. Above: a slow API server or a full queue.',
    )
      .span(7)
      .height(9)
      .interval('30m')
      .targets(
        ranges(
          [
            `histogram_quantile(0.5, sum by (le) (rate(${ofOperators('bellwether_stage_handover_seconds_bucket')}[$__rate_interval])))`,
            'p50',
          ],
          [
            `histogram_quantile(0.95, sum by (le) (rate(${ofOperators('bellwether_stage_handover_seconds_bucket')}[$__rate_interval])))`,
            'p95',
          ],
        ),
      )
      .unit('s')
      .min(0)
      .noValue('no handover')
      .thresholds(steps('transparent', [0.1, 'orange']))
      .drawStyle(GraphDrawStyle.Points)
      .fillOpacity(10)
      .showPoints(VisibilityMode.Always)
      .pointSize(6)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .axisSoftMin(0)
      .axisSoftMax(0.12),
  )
  .withRow(new RowBuilder('Queue and reconciles'))
  .withPanel(
    timeSeries(
      'Queue',
      "Models that wait for a worker, and busy workers; the dashed line is the number of workers (concurrency). Good: the depth returns to 0. If it stays up while all workers are busy, raise the chart's value concurrency.",
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [`sum(${ofOperators('workqueue_depth')})`, 'depth'],
          [`sum(${ofOperators('controller_runtime_active_workers')})`, 'busy workers'],
          [`max(${ofOperators('controller_runtime_max_concurrent_reconciles')})`, 'workers'],
        ),
      )
      .min(0)
      .decimals(0)
      .fillOpacity(10)
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull', 'max']))
      .overrideByName('workers', [
        { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
        { id: 'custom.lineWidth', value: 1 },
        { id: 'custom.fillOpacity', value: 0 },
      ]),
  )
  .withPanel(
    timeSeries(
      'Queue wait and work',
      'How long Models wait in the queue, and how long their reconciles take. Good: waits of milliseconds. Long waits and short work: raise concurrency. Long work: see the API server below.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [
            `histogram_quantile(0.5, sum by (le) (rate(${ofOperators('workqueue_queue_duration_seconds_bucket')}[$__rate_interval])))`,
            'wait p50',
          ],
          [
            `histogram_quantile(0.99, sum by (le) (rate(${ofOperators('workqueue_queue_duration_seconds_bucket')}[$__rate_interval])))`,
            'wait p99',
          ],
          [
            `histogram_quantile(0.99, sum by (le) (rate(${ofOperators('workqueue_work_duration_seconds_bucket')}[$__rate_interval])))`,
            'work p99',
          ],
        ),
      )
      .unit('s')
      .min(0)
      .noValue('nothing to do')
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull', 'max'])),
  )
  .withPanel(
    timeSeries(
      'Unfinished work',
      'Seconds of work in progress, of all workers together and of the oldest. Good: near 0. A steady climb means that a worker is stuck: the API server does not answer; docs/runbook.md, BellwetherReconcileErrors.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [`sum(${ofOperators('workqueue_unfinished_work_seconds')})`, 'all'],
          [`max(${ofOperators('workqueue_longest_running_processor_seconds')})`, 'oldest'],
        ),
      )
      .unit('s')
      .min(0)
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull', 'max'])),
  )
  .withPanel(
    timeSeries(
      'Reconciles by result',
      "Reconciles per second. requeue_after: the next one is scheduled. Good: no error; conflicts (409) are retried at once and do not count. If errors last, see the operator's log; docs/runbook.md, BellwetherReconcileErrors.",
    )
      .span(12)
      .height(9)
      .targets(
        ranges([
          `sum by (result) (rate(${ofOperators('controller_runtime_reconcile_total')}[$__rate_interval]))`,
          '{{result}}',
        ]),
      )
      .unit('ops')
      .min(0)
      .fillOpacity(20)
      .stacking(stacked())
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull', 'max']))
      .overrideByName('success', fixedColour('green'))
      .overrideByName('requeue_after', fixedColour('blue'))
      .overrideByName('requeue', fixedColour('yellow'))
      .overrideByName('error', fixedColour('red')),
  )
  .withPanel(
    timeSeries(
      'Duration of reconciles',
      '50 % and 99 % of the reconciles take no longer. Good: below 100 ms. Most of it is spent waiting for the API server.',
    )
      .span(12)
      .height(9)
      .targets(
        ranges(
          [
            `histogram_quantile(0.5, sum by (le) (rate(${ofOperators('controller_runtime_reconcile_time_seconds_bucket')}[$__rate_interval])))`,
            'p50',
          ],
          [
            `histogram_quantile(0.99, sum by (le) (rate(${ofOperators('controller_runtime_reconcile_time_seconds_bucket')}[$__rate_interval])))`,
            'p99',
          ],
        ),
      )
      .unit('s')
      .min(0)
      .noValue('nothing to do')
      .legend(legendTable(LegendPlacement.Bottom, ['lastNotNull', 'max'])),
  )
  .withRow(new RowBuilder('API server and watches'))
  .withPanel(
    tablePanel(
      'Watches',
      'One row per watched kind, with the worst value of several operators. Good: last event within minutes, not stale. Problems are unplanned ends of watches in the time shown; each watch is reopened. Stale: docs/runbook.md, BellwetherWatchStale.',
      [
        `max by (kind) (${ofOperators('bellwether_watch_stale')})`,
        `max by (kind) (time() - ${ofOperators('bellwether_watch_last_heard_timestamp_seconds')})`,
        `max by (kind) (${ofOperators('bellwether_cache_objects')})`,
        `sum by (kind) (max_over_time(${ofOperators('bellwether_watch_problems_total')}[$__range]) - last_over_time(${ofOperators('bellwether_watch_problems_total')}[1h] offset $__range) or max_over_time(${ofOperators('bellwether_watch_problems_total')}[$__range]))`,
      ],
      [
        ['kind', 'Kind'],
        ['Value #A', 'Stale'],
        ['Value #B', 'Last event'],
        ['Value #C', 'Objects'],
        ['Value #D', 'Problems'],
      ],
    )
      .span(10)
      .height(13)
      .sortBy(sortBy(['Stale'], true))
      .overrideByName('Stale', [
        column.mappings(mapping(['no', 'green'], ['stale', 'red'])),
        column.colouredText,
        column.width(60),
      ])
      .overrideByName('Last event', [column.unit('s'), column.decimals(0), column.width(80)])
      .overrideByName('Objects', [column.decimals(0), column.width(80)])
      .overrideByName('Problems', [column.decimals(0), column.width(90)]),
  )
  .withPanel(
    timeSeries(
      'Calls by status',
      "Responses of the API server. 409 is a conflict and is retried at once. Good: no 403 (permissions: the chart's roles), no 429 (throttling), no 5xx and no `<error>` (no response); docs/runbook.md, BellwetherReconcileErrors.",
    )
      .span(14)
      .height(6)
      .targets(
        ranges([
          `sum by (code) (rate(${ofOperators('rest_client_requests_total')}[$__rate_interval]))`,
          '{{code}}',
        ]),
      )
      .unit('reqps')
      .min(0)
      .legend(legendTable(LegendPlacement.Right, ['lastNotNull', 'max']))
      .overrideByRegexp('/^2/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'green' } }])
      .overrideByRegexp('/^4/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'yellow' } }])
      .overrideByRegexp('/^(5|<)/', fixedColour('red')),
  )
  .withPanel(
    timeSeries(
      'Calls by kind',
      'The load that the operator puts on the API server. Good: in proportion to runs; renewing the Lease is the constant part. A kind that is written all the time: two writers compete for a field.',
    )
      .gridPos({ x: 10, y: 64, w: 14, h: 7 })
      .targets(
        ranges([
          `sum by (resource, method) (rate(${ofOperators('bellwether_api_requests_total')}[$__rate_interval]))`,
          '{{method}} {{resource}}',
        ]),
      )
      .unit('reqps')
      .min(0)
      .legend(legendTable(LegendPlacement.Right, ['lastNotNull', 'max'])),
  )
  .withRow(new RowBuilder('Process').gridPos({ x: 0, y: 71, w: 24, h: 1 }))
  .withPanel(
    timeSeries(
      'Memory',
      'Resident memory. Good: level, and well below the limit (256 MiB by default); it grows with the number of watched objects. At the limit the pod is killed (OOMKilled): raise resources.limits; docs/runbook.md, BellwetherOperatorDown.',
    )
      .span(8)
      .height(8)
      .targets(ranges([ofOperators('process_resident_memory_bytes'), '{{pod}}']))
      .unit('bytes')
      .min(0),
  )
  .withPanel(
    timeSeries('CPU', 'Cores in use. Good: a few hundredths, and more only while runs start and end.')
      .span(8)
      .height(8)
      .targets(ranges([`rate(${ofOperators('process_cpu_seconds_total')}[$__rate_interval])`, '{{pod}}']))
      .min(0)
      .decimals(3),
  )
  .withPanel(
    timeSeries(
      'Event loop lag, 99th percentile',
      'How late timers fire, including the renewal of the Lease. Good: about 10 ms, the resolution of the measurement. A lag of seconds can lose the Lease.',
    )
      .span(8)
      .height(8)
      .targets(ranges([ofOperators('nodejs_eventloop_lag_p99_seconds'), '{{pod}}']))
      .unit('s')
      .min(0)
      .axisSoftMin(0)
      .axisSoftMax(0.02),
  );
