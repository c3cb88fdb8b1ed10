import assert from 'node:assert/strict';
import type { Story } from '../story.ts';
import { assertEnd, champion, isServing, outcomesOf } from './common.ts';

export const firstRun: Story = {
  name: 'first run',
  acts: [champion],
  end: cluster => {
    assertEnd(cluster, 'r1', 'Complete');
    assert.ok(isServing(cluster, 'r1'));
    assert.deepEqual(outcomesOf(cluster), ['r1 Promoted']);
  },
};
