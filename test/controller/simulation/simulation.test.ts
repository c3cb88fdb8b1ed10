import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stageNames } from '../../../src/api/artifacts.ts';
import { apiVersion } from '../../../src/api/group.ts';
import { trainingRuns } from '../../../src/controller/resources.ts';
import { isTrue, model, namespace } from './raw.ts';
import { step } from './steps.ts';
import { World } from './world.ts';

/** Histories that are tried; many more find what is rare. */
const simulations = Number(process.env.SIMULATIONS ?? 150);

function aWorld(): World {
  const world = new World();
  const spec = { model, symbol: 'AAPL', data: { source: 'Sample' }, activeDeadlineSeconds: 7200 };
  const metadata = { name: 'r1', namespace };
  world.store.create(trainingRuns, { apiVersion, kind: trainingRuns.kind, metadata, spec });
  return world;
}

async function assertRests(world: World): Promise<void> {
  const { writes } = world;
  await world.settle();
  assert.equal(world.writes, writes, 'at rest nothing is written');
}

describe('the operator in a simulated cluster', () => {
  it('takes a run through its four stages, then rests', async () => {
    const world = aWorld();
    await world.settle();
    const { status } = world.run('r1');
    assert.ok(isTrue(status, 'Complete') && isTrue(status, 'Promoted'));
    assert.deepEqual(
      status.stages.map(({ state }: { state: string }) => state),
      stageNames.map(() => 'Succeeded'),
    );
    assert.equal(world.model().status.champion.run, 'r1');
    await assertRests(world);
  });

  it('keeps its promises, whatever happens in whatever order, and ends every run', async function () {
    this.timeout(20_000 + simulations * 200);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 150, size: 'max' }), async history => {
        const world = aWorld();
        for (const step of history) await world.take(step);
        await world.settle();
        await assertRests(world);
      }),
      { numRuns: simulations },
    );
  });
});
