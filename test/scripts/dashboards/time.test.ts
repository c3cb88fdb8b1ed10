import assert from 'node:assert/strict';
import { secondsOf, stepOf } from '../../../scripts/dashboards/time.ts';

describe('durations and steps of dashboards', () => {
  it('reads durations', () => {
    assert.deepEqual(['30s', '10m', '6h', '7d', '1w'].map(secondsOf), [30, 600, 21_600, 604_800, 604_800]);
    for (const wrong of ['', '7', 'd', '1.5h', '1h30m']) assert.throws(() => secondsOf(wrong), /no duration/);
  });

  it('takes the next round step that gives no more points than can be seen', () => {
    assert.equal(stepOf(86_400, 500, 15), 300);
    assert.equal(stepOf(3600, 500, 15), 15);
    assert.equal(stepOf(3600, 500, 600), 600);
    assert.equal(stepOf(365 * 86_400, 10, 15), 86_400);
  });
});
