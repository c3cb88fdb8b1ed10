import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stageNames } from '../../../src/api/artifacts.ts';
import { apiVersion } from '../../../src/api/group.ts';
import { trainingRuns } from '../../../src/controller/resources.ts';
import { right } from './cluster/stage-pods.ts';
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

/** The run's last stage has ended, and the operator is about to see it. */
async function atItsEnd(): Promise<World> {
  const world = aWorld();
  for (const _ of stageNames) {
    // Twice, since the first run makes its Model first.
    for (const _ of [1, 2]) {
      world.leader.catchUp();
      await world.leader.reconcile(null);
    }
    world.jobs.reconcile();
    world.withPod(0, pod => world.endPod(pod, right));
  }
  world.leader.catchUp();
  return world;
}

function ends({ told, counted }: World) {
  return {
    told: told.filter(line => line === 'r1 Promoted' || line === 'r1 Complete').toSorted(),
    counted: counted.filter(kind => kind === 'RunJudged' || kind === 'RunFinished').toSorted(),
  };
}

function assertToldOnce(world: World, when: string): void {
  const once = { told: ['r1 Complete', 'r1 Promoted'], counted: ['RunFinished', 'RunJudged'] };
  assert.deepEqual(ends(world), once, when);
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

  it('tells and counts once what became of a run, at whichever write its operator was cut short', async () => {
    const whole = await atItsEnd();
    const before = whole.writes;
    await whole.leader.reconcile(null);
    const writes = whole.writes - before;
    for (let after = 0; after < writes; after++) {
      const world = await atItsEnd();
      await world.leader.reconcile({ kind: 'unreachable', after });
      world.failOver();
      await world.settle();
      assertToldOnce(world, `cut short after ${after} of ${writes} writes`);
    }
  });

  it('tells and counts once what became of a run that changes meanwhile', async () => {
    const world = await atItsEnd();
    world.edit(world.run('r1'), trainingRuns, draft => {
      draft.metadata.annotations = { touched: 'true' };
    });
    await world.leader.reconcile(null);
    assert.equal(world.model().status.champion.run, 'r1');
    assert.ok(!isTrue(world.run('r1').status, 'Complete'));
    assert.deepEqual(ends(world), { told: ['r1 Promoted'], counted: ['RunJudged'] });
    await world.settle();
    assertToldOnce(world, 'after a conflict');
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
