import assert from 'node:assert/strict';
import { byModel, joinModel, metric, ofOperators } from '../../../scripts/dashboards/queries.ts';

describe('PromQL of the dashboards', () => {
  it('throws for a metric that no program registers', () => {
    assert.equal(metric('bellwether_model_ready'), 'bellwether_model_ready');
    assert.equal(
      metric('bellwether_stage_duration_seconds_bucket'),
      'bellwether_stage_duration_seconds_bucket',
    );
    assert.throws(() => byModel('bellwether_model_raedy'), /bellwether_model_raedy/);
  });

  it('selects by the variables and keeps clusters apart', () => {
    assert.equal(
      byModel('bellwether_live_rmse', ['set'], 'window="60"'),
      'max by (cluster, namespace, model, set) (bellwether_live_rmse{cluster=~"$cluster", namespace=~"$namespace", model=~"$model", window="60"})',
    );
    assert.equal(
      ofOperators('bellwether_build_info'),
      'bellwether_build_info{cluster=~"$cluster", job=~"$job"}',
    );
    assert.match(
      joinModel('model', 'version'),
      /^\* on \(cluster, job, instance\) group_left \(model, version\) /,
    );
  });
});
