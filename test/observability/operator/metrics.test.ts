import assert from 'node:assert/strict';
import { createOperatorMetrics } from '../../../src/observability/operator/metrics.ts';
import type { ModelFigures } from '../../../src/observability/operator/model-figures.ts';
import type { Watch } from '../../../src/observability/operator/watches.ts';

const model: ModelFigures = {
  owner: { namespace: 'team', model: 'aapl' },
  ready: true,
  stalled: 'RolloutFailed',
  desiredReplicas: 2,
  readyReplicas: 1,
  runs: { Pending: 1, Running: 0 },
  lastRunFailed: false,
  lastSuccessfulRun: 1_700_000_000,
  nextRun: 1_700_000_200,
  lastProgress: null,
  champion: {
    version: '0123456789ab',
    symbol: 'AAPL',
    promotedAt: 1_700_000_100,
    barsTo: 1_699_900_000,
    quality: [
      {
        set: 'holdout',
        rmse: 0.0142,
        meanRmse: 0.0143,
        rmseRatio: 0.993,
        accuracy: 0.9,
        persistenceAccuracy: 0.84,
        knownPartAccuracy: null,
      },
    ],
    damage: 'Altered',
  },
  live: {
    lastDay: 1_699_000_000,
    windows: [
      {
        window: 20,
        days: 5,
        rmse: 0.01,
        meanRmse: 0.011,
        rmseRatio: 0.909,
        hitRate: 0.6,
        meanHitRate: 0.5,
        accuracy: 0.8,
        persistenceAccuracy: 0.8,
        knownPartAccuracy: 1,
        lossDifference: { estimate: -1e-7, lower: null, upper: null },
        accuracyDifference: { estimate: 0, lower: -0.1, upper: 0.1 },
        returnVerdict: -1,
        riskVerdict: null,
      },
    ],
  },
  scoreFailures: 2,
};

describe("the operator's metrics", () => {
  let models: ModelFigures[];
  let watches: Watch[];
  let underWay: number[];
  const lost = new Map([
    ['team-a', false],
    ['team-b', true],
  ]);
  const create = () =>
    createOperatorMetrics({
      concurrency: 4,
      version: '1.2.3',
      state: {
        models: () => models,
        watches: () => watches,
        lostNamespaces: () => lost,
        underWay: () => underWay,
      },
    });
  const lines = async (metrics: ReturnType<typeof create>) => (await metrics.scrape()).split('\n');

  beforeEach(() => {
    [models, watches, underWay] = [[], [], []];
  });

  it('say which of the configured namespaces are lost', async () => {
    const found = await lines(create());
    assert.ok(found.includes('bellwether_namespace_lost{namespace="team-a"} 0'));
    assert.ok(found.includes('bellwether_namespace_lost{namespace="team-b"} 1'));
  });

  it('initialise counters to 0, so that the first increase is seen', async () => {
    const found = await lines(create());
    for (const line of [
      'bellwether_runs_finished_total{outcome="Failed"} 0',
      'bellwether_promotions_total{outcome="RolloutFailed"} 0',
      'bellwether_scores_total{outcome="Failed"} 0',
      'bellwether_stage_duration_seconds_count{stage="Train",outcome="Succeeded"} 0',
      'workqueue_adds_total{name="model",controller="model"} 0',
      'bellwether_build_info{version="1.2.3"} 1',
    ]) {
      assert.ok(found.includes(line), line);
    }
  });

  it('export the current state of each Model and omit unknown values', async () => {
    models = [model];
    const metrics = create();
    const found = await lines(metrics);
    for (const line of [
      'bellwether_runs{phase="Pending",namespace="team",model="aapl"} 1',
      'bellwether_model_ready{namespace="team",model="aapl"} 1',
      'bellwether_model_stalled{reason="RolloutFailed",namespace="team",model="aapl"} 1',
      'bellwether_model_desired_replicas{namespace="team",model="aapl"} 2',
      'bellwether_model_score_failures{namespace="team",model="aapl"} 2',
      'bellwether_model_ready_replicas{namespace="team",model="aapl"} 1',
      'bellwether_model_last_run_failed{namespace="team",model="aapl"} 0',
      'bellwether_model_last_successful_run_timestamp_seconds{namespace="team",model="aapl"} 1700000000',
      'bellwether_model_next_run_timestamp_seconds{namespace="team",model="aapl"} 1700000200',
      'bellwether_champion_info{version="0123456789ab",symbol="AAPL",namespace="team",model="aapl"} 1',
      'bellwether_champion_damaged{problem="Altered",namespace="team",model="aapl"} 1',
      'bellwether_champion_damaged{problem="Missing",namespace="team",model="aapl"} 0',
      'bellwether_champion_rmse_ratio{set="holdout",namespace="team",model="aapl"} 0.993',
      'bellwether_live_days{window="20",namespace="team",model="aapl"} 5',
      'bellwether_live_loss_difference{window="20",bound="estimate",namespace="team",model="aapl"} -1e-7',
      'bellwether_live_accuracy_difference{window="20",bound="lower",namespace="team",model="aapl"} -0.1',
      'bellwether_live_verdict{window="20",of="return",namespace="team",model="aapl"} -1',
    ]) {
      assert.ok(found.includes(line), line);
    }
    for (const absent of [
      'bellwether_model_last_progress_timestamp_seconds{',
      'bellwether_champion_known_part_accuracy{',
      'bellwether_live_loss_difference{window="20",bound="lower",namespace="team",model="aapl"}',
    ]) {
      assert.ok(!found.some(line => line.startsWith(absent)), absent);
    }
    models = [];
    assert.ok(!(await lines(metrics)).some(line => line.includes('model="aapl"')), 'a deleted Model');
  });

  it('share one result between concurrent scrapes and do not block the event loop', async () => {
    models = [model];
    const metrics = create();
    let turns = 0;
    const count = () => {
      turns += 1;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    const [first, second] = await Promise.all([metrics.scrape(), metrics.scrape()]);
    clearImmediate(pending);
    assert.match(first, /^bellwether_live_days\{.*model="aapl"\} 5$/m);
    assert.equal(second, first);
    assert.ok(turns > 10, `${turns} turns`);
    assert.match(await metrics.scrape(), /^bellwether_live_days\{/m);
  });

  it('count transitions by kind', async () => {
    const metrics = create();
    metrics.countTransition({ kind: 'RunFinished', outcome: 'Complete' });
    metrics.countTransition({ kind: 'RunFinished', outcome: 'Failed', stage: null, reason: 'ModelDeleted' });
    metrics.countTransition({ kind: 'StageEnded', stage: 'Train', outcome: 'Succeeded', seconds: 3 });
    metrics.countTransition({ kind: 'StageEnded', stage: 'Train', outcome: 'Succeeded', seconds: null });
    metrics.countTransition({ kind: 'StageRetried', stage: 'Fetch', reason: 'NetworkFailed', times: 2 });
    metrics.countTransition({ kind: 'RunJudged', outcome: 'Promoted' });
    metrics.countTransition({ kind: 'Scored', outcome: 'Failed' });
    const found = await lines(metrics);
    for (const line of [
      'bellwether_runs_finished_total{outcome="Complete"} 1',
      'bellwether_runs_finished_total{outcome="Failed"} 1',
      'bellwether_run_failures_total{stage="None",reason="ModelDeleted"} 1',
      'bellwether_stage_duration_seconds_bucket{le="2",stage="Train",outcome="Succeeded"} 0',
      'bellwether_stage_duration_seconds_bucket{le="5",stage="Train",outcome="Succeeded"} 1',
      'bellwether_stage_duration_seconds_count{stage="Train",outcome="Succeeded"} 1',
      'bellwether_stage_retries_total{stage="Fetch",reason="NetworkFailed"} 2',
      'bellwether_promotions_total{outcome="Promoted"} 1',
      'bellwether_scores_total{outcome="Failed"} 1',
    ]) {
      assert.ok(found.includes(line), line);
    }
  });

  it('export reconciles in progress and the state of watches', async () => {
    underWay = [0.5, 2];
    watches = [{ kind: 'Pod', objects: 3, stale: true, lastHeard: 1_700_000_000 }];
    const metrics = create();
    assert.ok((await lines(metrics)).includes('bellwether_watch_problems_total{kind="Pod",what="watch"} 0'));
    metrics.countWatchProblem('Pod', 'watch');
    const found = await lines(metrics);
    for (const line of [
      'workqueue_unfinished_work_seconds{name="model",controller="model"} 2.5',
      'workqueue_longest_running_processor_seconds{name="model",controller="model"} 2',
      'bellwether_cache_objects{kind="Pod"} 3',
      'bellwether_watch_stale{kind="Pod"} 1',
      'bellwether_watch_last_heard_timestamp_seconds{kind="Pod"} 1700000000',
      'bellwether_watch_problems_total{kind="Pod",what="watch"} 1',
    ]) {
      assert.ok(found.includes(line), line);
    }
  });
});
