/** The servers of Models: rate, errors, duration, predictions, uploads, saturation. */
import {
  BigValueGraphMode,
  GraphThresholdsStyleMode,
  LineInterpolation,
} from '@grafana/grafana-foundation-sdk/common';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
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
  fixedColour,
  heatmapPanel,
  latest,
  ranges,
  sortBy,
  stacked,
  statPanel,
  steps,
  tablePanel,
  thresholdsAs,
  timeSeries,
} from './panels.ts';
import {
  byModel,
  clientRoutes,
  clientRoutesWithoutUploads,
  joinModel,
  metric,
  ofClusters,
  ofModels,
  ofServers,
} from './queries.ts';

export const servingDashboard = startDashboard(
  'serving',
  'Serving',
  'Requests, errors and durations of the servers, their predictions, and how close they are to their limits.',
)
  .timezone('')
  .time({ from: 'now-6h', to: 'now' })
  .refresh('30s')
  .withVariable(clusterVariable('bellwether_model_info'))
  .withVariable(labelVariable('namespace', 'Namespace', ofClusters('bellwether_model_info')))
  .withVariable(labelVariable('model', 'Model', ofServers('bellwether_model_info')))
  .annotations([builtInAnnotations, promotions])
  .withPanel(
    statPanel(
      'Servers',
      'Servers that have loaded and verified a model. Good: as many as desired; the dashboard Models shows both numbers.',
    )
      .targets(latest(`count(${ofModels('bellwether_model_info')})`))
      .thresholds(steps('red', [1, 'green']))
      .noValue('none'),
  )
  .withPanel(
    statPanel(
      'Servers without a model',
      'Servers that run without a model: it is still loading, or its files are missing or changed. Good: 0, except for seconds after a start. Their log and `GET /health` show the cause; docs/runbook.md, BellwetherServersMissing.',
    )
      .targets(
        latest(
          `count(${ofServers('bellwether_http_connections')} unless on (cluster, job, instance) ${metric('bellwether_model_info')}) or vector(0)`,
        ),
      )
      .thresholds(steps('green', [1, 'red'])),
  )
  .withPanel(
    statPanel('Requests', 'Requests per second, without those of probes and Prometheus.')
      .targets(
        ranges([
          `sum(rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model')})`,
          '',
        ]),
      )
      .unit('reqps')
      .thresholds(steps('blue'))
      .noValue('no requests')
      .decimals(1)
      .graphMode(BigValueGraphMode.Area),
  )
  .withPanel(
    statPanel(
      'Failed by the server',
      'Share of requests answered with 5xx. Good: 0. Busy (503) for uploads is included: clients should retry later. See the statuses below; docs/runbook.md, BellwetherServingErrors.',
    )
      .targets(
        latest(
          `(sum(rate(${ofServers('bellwether_http_requests_total', clientRoutes, 'status=~"5.."')}[$__rate_interval]) ${joinModel('model')}) or vector(0)) / (sum(rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model')}) > 0)`,
        ),
      )
      .unit('percentunit')
      .thresholds(steps('green', [0.01, 'orange'], [0.05, 'red']))
      .noValue('no requests')
      .decimals(2),
  )
  .withPanel(
    statPanel(
      'Duration, 99th percentile',
      '99 % of the requests take no longer, uploads excluded. Good: below 50 ms. Above: see Saturation at the bottom; docs/runbook.md, BellwetherPredictSlow.',
    )
      .targets(
        latest(
          `histogram_quantile(0.99, sum by (le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model')})) >= 0`,
        ),
      )
      .unit('s')
      .thresholds(steps('green', [0.05, 'orange'], [0.1, 'red']))
      .noValue('no requests'),
  )
  .withPanel(
    statPanel(
      'Rows predicted',
      'Predictions per second; every row of an upload or of an Open Inference Protocol request counts.',
    )
      .targets(ranges([`sum(rate(${ofModels('bellwether_predictions_total')}[$__rate_interval]))`, '']))
      .unit('rowsps')
      .thresholds(steps('blue'))
      .noValue('none')
      .decimals(1)
      .graphMode(BigValueGraphMode.Area),
  )
  .withRow(new RowBuilder('Servers'))
  .withPanel(
    tablePanel(
      'Each server',
      'One row per server. Good: every row has a model, and servers of one Model have the same version except during a rollout. Without a model: `GET /health` on that pod shows the cause; docs/runbook.md, BellwetherServersMissing. Verify, decode and prove are the phases of loading.',
      [
        byModel('bellwether_model_info', ['version', 'digest', 'pod', 'instance']),
        `time() - max by (cluster, namespace, pod, instance) (${ofServers('process_start_time_seconds')} and on (cluster, job, instance) ${metric('bellwether_http_connections')})`,
        `max by (cluster, namespace, pod, instance) (${ofServers('bellwether_model_load_seconds', 'phase="verify"')} and on (cluster, job, instance) ${metric('bellwether_http_connections')})`,
        `max by (cluster, namespace, pod, instance) (${ofServers('bellwether_model_load_seconds', 'phase="decode"')} and on (cluster, job, instance) ${metric('bellwether_http_connections')})`,
        `max by (cluster, namespace, pod, instance) (${ofServers('bellwether_model_load_seconds', 'phase="prove"')} and on (cluster, job, instance) ${metric('bellwether_http_connections')})`,
      ],
      [
        ['cluster', 'Cluster'],
        ['namespace', 'Namespace'],
        ['model', 'Model'],
        ['version', 'Version'],
        ['pod', 'Pod'],
        ['instance', 'Instance'],
        ['Value #B', 'Up for'],
        ['Value #C', 'Verify'],
        ['Value #D', 'Decode'],
        ['Value #E', 'Prove'],
        ['digest', 'Digest'],
      ],
    )
      .span(24)
      .height(7)
      .sortBy(sortBy(['Model']))
      .overrideByName('Namespace', [column.width(120)])
      .overrideByName('Model', [column.width(110)])
      .overrideByName('Version', [column.width(140)])
      .overrideByName('Pod', [column.width(230)])
      .overrideByName('Instance', [column.width(160)])
      .overrideByName('Up for', [column.unit('s'), column.decimals(1), column.width(100)])
      .overrideByName('Verify', [column.unit('s'), column.decimals(0), column.width(90)])
      .overrideByName('Decode', [column.unit('s'), column.decimals(0), column.width(90)])
      .overrideByName('Prove', [column.unit('s'), column.decimals(0), column.width(90)]),
  )
  .withRow(new RowBuilder('Rate'))
  .withPanel(
    timeSeries(
      'Requests by route',
      'Requests per second by route, without probes and Prometheus. Good: the usual pattern. A sudden stop is a problem in front of the servers.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, route) (rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model')})`,
          '{{cluster}} {{namespace}}/{{model}} {{route}}',
        ]),
      )
      .unit('reqps')
      .min(0),
  )
  .withPanel(
    timeSeries(
      'Requests by version',
      'Which version answers. During a rollout one replaces the other while the total stays the same. Good: one version per Model otherwise.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, version) (rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model', 'version')})`,
          '{{cluster}} {{namespace}}/{{model}} {{version}}',
        ]),
      )
      .unit('reqps')
      .min(0)
      .fillOpacity(30)
      .stacking(stacked()),
  )
  .withPanel(
    timeSeries(
      'Rows predicted by version',
      'Predictions per second. A row of an upload counts like a request to /predict, so uploads stand out.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, version) (rate(${ofModels('bellwether_predictions_total')}[$__rate_interval]))`,
          '{{cluster}} {{namespace}}/{{model}} {{version}}',
        ]),
      )
      .unit('rowsps')
      .min(0),
  )
  .withRow(new RowBuilder('Errors'))
  .withPanel(
    timeSeries(
      'Failed requests by status',
      '4xx are caused by clients, 5xx by the server: 500 is a bug (the log has the error), 503 is too many uploads at once or no model. Good: no 5xx; docs/runbook.md, BellwetherServingErrors.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [
            `sum by (cluster, namespace, model, status) (rate(${ofServers('bellwether_http_requests_total', clientRoutes, 'status=~"[45].."')}[$__rate_interval]) ${joinModel('model')})`,
            '{{cluster}} {{namespace}}/{{model}} {{status}}',
          ],
          [
            `sum by (cluster, namespace, job, status) (rate(${ofServers('bellwether_http_requests_total', clientRoutes, 'status=~"5.."')}[$__rate_interval]) unless on (cluster, job, instance) ${metric('bellwether_model_info')})`,
            '{{cluster}} {{namespace}}/{{job}} {{status}} without a model',
          ],
        ),
      )
      .unit('reqps')
      .min(0)
      .noValue('none')
      .fillOpacity(20)
      .overrideByRegexp('/ 4\\d\\d$/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'yellow' } }])
      .overrideByRegexp('/ 500/', fixedColour('red'))
      .overrideByRegexp('/ 503/', fixedColour('orange')),
  )
  .withPanel(
    timeSeries(
      'Share failed by the server',
      '5xx divided by all requests. Good: 0. Above the line, at 5 %, an alert fires: docs/runbook.md, BellwetherServingErrors.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `(sum by (cluster, namespace, model) (rate(${ofServers('bellwether_http_requests_total', clientRoutes, 'status=~"5.."')}[$__rate_interval]) ${joinModel('model')}) or 0 * sum by (cluster, namespace, model) (rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model')})) / (sum by (cluster, namespace, model) (rate(${ofServers('bellwether_http_requests_total', clientRoutes)}[$__rate_interval]) ${joinModel('model')}) > 0)`,
          '{{cluster}} {{namespace}}/{{model}}',
        ]),
      )
      .unit('percentunit')
      .colorScheme(coloursByName)
      .min(0)
      .thresholds(steps('transparent', [0.05, 'red']))
      .fillOpacity(10)
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .axisSoftMin(0)
      .axisSoftMax(0.06),
  )
  .withPanel(
    timeSeries(
      'Invalid requests by reason',
      'Requests that would be refused again: invalid JSON, wrong fields, bad rows. The reason is the error code in the response. Good: few. Many with one reason: a client has changed, or the features of the model have; GET /model lists them.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, reason) (rate(${ofServers('bellwether_validation_failures_total')}[$__rate_interval]) ${joinModel('model')})`,
          '{{cluster}} {{namespace}}/{{model}} {{reason}}',
        ]),
      )
      .unit('reqps')
      .min(0)
      .noValue('none')
      .fillOpacity(20),
  )
  .withRow(new RowBuilder('Duration'))
  .withPanel(
    timeSeries(
      'Duration: p99 (dashed: p90, dotted: p50)',
      '99 %, 90 % and 50 % of the requests take no longer, uploads excluded. Good: the 99th percentile below 50 ms. Above: see Saturation below; docs/runbook.md, BellwetherPredictSlow. The smallest bucket is 5 ms.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges(
          [
            `histogram_quantile(0.99, sum by (cluster, namespace, model, le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model')}))`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            `histogram_quantile(0.9, sum by (cluster, namespace, model, le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model')}))`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            `histogram_quantile(0.5, sum by (cluster, namespace, model, le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model')}))`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .unit('s')
      .colorScheme(coloursByName)
      .min(0)
      .thresholds(steps('transparent', [0.1, 'red']))
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed))
      .overrideByQuery('B', dashed)
      .overrideByQuery('C', dotted),
  )
  .withPanel(
    timeSeries(
      '99th percentile by route',
      'Which route is slow. /predict_batch is excluded, since its duration depends on the size of the file.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `histogram_quantile(0.99, sum by (cluster, namespace, model, route, le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model')}))`,
          '{{cluster}} {{namespace}}/{{model}} {{route}}',
        ]),
      )
      .unit('s')
      .min(0),
  )
  .withPanel(
    timeSeries(
      '99th percentile by version',
      'Whether a new version is slower than the previous one. Good: no step at a rollout. Otherwise pin the previous run (spec.pinnedRun); docs/runbook.md, BellwetherPredictSlow.',
    )
      .span(8)
      .height(9)
      .targets(
        ranges([
          `histogram_quantile(0.99, sum by (cluster, namespace, model, version, le) (rate(${ofServers('bellwether_http_request_duration_seconds_bucket', clientRoutesWithoutUploads)}[$__rate_interval]) ${joinModel('model', 'version')}))`,
          '{{cluster}} {{namespace}}/{{model}} {{version}}',
        ]),
      )
      .unit('s')
      .min(0),
  )
  .withRow(new RowBuilder('Predictions'))
  .withPanel(
    timeSeries(
      'Share of each risk class',
      "Shares of Low, Medium and High in the predicted rows. Over a long time about a third each, by construction; they follow the market's volatility. After a sudden jump without a change of volatility, see the inputs on the dashboard Models.",
    )
      .span(12)
      .height(9)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, risk) (rate(${ofModels('bellwether_predictions_total')}[$__rate_interval])) / on (cluster, namespace, model) group_left () (sum by (cluster, namespace, model) (rate(${ofModels('bellwether_predictions_total')}[$__rate_interval])) > 0)`,
          '{{cluster}} {{namespace}}/{{model}} {{risk}}',
        ]),
      )
      .unit('percentunit')
      .min(0)
      .max(1)
      .overrideByRegexp('/ Low$/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'green' } }])
      .overrideByRegexp('/ Medium$/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'yellow' } }])
      .overrideByRegexp('/ High$/', [{ id: 'color', value: { mode: 'shades', fixedColor: 'red' } }]),
  )
  .withPanel(
    heatmapPanel(
      'Distribution of predicted returns',
      'Predicted rows by daily return. A single band: the model predicts the mean, as a model without skill should. A distribution that widens or leaves zero: unusual inputs or a bad model; see inputs and live truth on the dashboard Models.',
      `sum by (le) (increase(${ofServers('bellwether_predicted_return_bucket')}[$__rate_interval]) ${joinModel()})`,
      'percentunit',
    )
      .span(12)
      .height(9),
  )
  .withRow(new RowBuilder('Uploads (/predict_batch)'))
  .withPanel(
    timeSeries(
      'Rows of uploads by outcome',
      "Rows per second: predicted, too early for the features' windows (warming_up), invalid and left out (skipped). Good: almost all predicted. Many skipped: a client sends bad files.",
    )
      .span(8)
      .height(8)
      .targets(
        ranges([
          `sum by (cluster, namespace, model, outcome) (rate(${ofServers('bellwether_batch_rows_total')}[$__rate_interval]) ${joinModel('model')})`,
          '{{cluster}} {{namespace}}/{{model}} {{outcome}}',
        ]),
      )
      .unit('rowsps')
      .min(0),
  )
  .withPanel(
    timeSeries(
      'Duration of uploads: p95 (dashed: p50)',
      'From the request headers to the end of the response; it grows with the file and with simultaneous uploads. Outcome error: refused, aborted, or the client disconnected.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges(
          [
            `histogram_quantile(0.95, sum by (cluster, namespace, model, outcome, le) (rate(${ofServers('bellwether_batch_duration_seconds_bucket')}[$__rate_interval]) ${joinModel('model')}))`,
            '{{cluster}} {{namespace}}/{{model}} {{outcome}}',
          ],
          [
            `histogram_quantile(0.5, sum by (cluster, namespace, model, outcome, le) (rate(${ofServers('bellwether_batch_duration_seconds_bucket')}[$__rate_interval]) ${joinModel('model')}))`,
            '{{cluster}} {{namespace}}/{{model}} {{outcome}}',
          ],
        ),
      )
      .unit('s')
      .colorScheme(coloursByName)
      .min(0)
      .overrideByQuery('B', dashed),
  )
  .withPanel(
    timeSeries(
      'Upload slots in use (dashed: all)',
      'Uploads in progress in all servers of a Model; the dashed line is the limit. At the limit, further uploads get 503 Busy: add servers, or raise batchConcurrency; docs/runbook.md, BellwetherServingErrors.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges(
          [
            `sum by (cluster, namespace, model) (${metric('bellwether_batch_uploads')} ${joinModel('model')})`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
          [
            `sum by (cluster, namespace, model) (${metric('bellwether_batch_uploads_limit')} ${joinModel('model')})`,
            '{{cluster}} {{namespace}}/{{model}}',
          ],
        ),
      )
      .colorScheme(coloursByName)
      .min(0)
      .decimals(0)
      .fillOpacity(20)
      .lineInterpolation(LineInterpolation.StepAfter)
      .axisSoftMin(0)
      .axisSoftMax(5)
      .overrideByQuery('B', [...dashed, { id: 'custom.fillOpacity', value: 0 }]),
  )
  .withRow(new RowBuilder('Saturation'))
  .withPanel(
    timeSeries(
      'Event loop utilization',
      "Share of time in which the server's single thread was busy. Good: below 70 %. Above, requests wait for each other: add servers (`kubectl scale model`); docs/runbook.md, BellwetherPredictSlow.",
    )
      .span(8)
      .height(8)
      .targets(
        ranges([
          `rate(${metric('bellwether_event_loop_active_seconds_total')}[$__rate_interval]) ${joinModel('model')}`,
          '{{cluster}} {{namespace}}/{{pod}}',
        ]),
      )
      .unit('percentunit')
      .min(0)
      .max(1)
      .thresholds(steps('transparent', [0.7, 'orange'], [0.9, 'red']))
      .thresholdsStyle(thresholdsAs(GraphThresholdsStyleMode.Dashed)),
  )
  .withPanel(
    timeSeries(
      'Event loop lag, 99th percentile',
      'How late timers fire: the delay that any request may see. Good: about 10 ms, the resolution of the measurement.',
    )
      .span(8)
      .height(8)
      .targets(
        ranges([
          `${ofServers('nodejs_eventloop_lag_p99_seconds')} ${joinModel('model')}`,
          '{{cluster}} {{namespace}}/{{pod}}',
        ]),
      )
      .unit('s')
      .min(0)
      .axisSoftMin(0)
      .axisSoftMax(0.02),
  )
  .withPanel(
    timeSeries(
      'CPU',
      "Cores in use, including the worker threads of uploads. Good: below the container's limit, if it has one.",
    )
      .span(8)
      .height(8)
      .targets(
        ranges([
          `rate(${ofServers('process_cpu_seconds_total')}[$__rate_interval]) ${joinModel('model')}`,
          '{{cluster}} {{namespace}}/{{pod}}',
        ]),
      )
      .min(0)
      .decimals(2),
  )
  .withPanel(
    timeSeries(
      'Memory',
      "Resident memory. Good: level, whatever is uploaded. A steady climb is a leak; near the container's limit it is killed (OOMKilled): docs/runbook.md, BellwetherServersMissing.",
    )
      .span(12)
      .height(8)
      .targets(
        ranges([
          `${ofServers('process_resident_memory_bytes')} ${joinModel('model')}`,
          '{{cluster}} {{namespace}}/{{pod}}',
        ]),
      )
      .unit('bytes')
      .min(0),
  )
  .withPanel(
    timeSeries(
      'Connections',
      'Open HTTP connections. Good: about the same number for every server of a Model. If one has all of them, clients keep connections open and do not spread them.',
    )
      .span(12)
      .height(8)
      .targets(
        ranges([
          `${metric('bellwether_http_connections')} ${joinModel('model')}`,
          '{{cluster}} {{namespace}}/{{pod}}',
        ]),
      )
      .min(0)
      .decimals(0),
  );
