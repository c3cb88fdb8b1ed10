import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stageNames } from '../../../src/api/artifacts.ts';
import { apiVersion } from '../../../src/api/group.ts';
import { trainingRuns } from '../../../src/controller/resources.ts';
import { right } from './cluster/stage-pods.ts';
import { isTrue, model, namespace } from './raw.ts';
import { step } from './steps.ts';
import { World } from './world.ts';

/** The number of histories; rare faults need many more. */
const simulations = Number(process.env.SIMULATIONS ?? 150);

function aWorld(): World {
  const world = new World();
  const spec = { model, symbol: 'AAPL', data: { source: 'Sample' }, activeDeadlineSeconds: 7200 };
  const metadata = { name: 'r1', namespace };
  world.store.create(trainingRuns, { apiVersion, kind: trainingRuns.kind, metadata, spec });
  return world;
}

/** A world in which the run's last stage has ended and the leader has just observed it. */
async function atEndOfRun(): Promise<World> {
  const world = aWorld();
  for (const _ of stageNames) {
    // Twice, since the first reconciliation creates the Model.
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

function ends({ announced, counted }: World) {
  return {
    announced: announced.filter(line => line === 'r1 Promoted' || line === 'r1 Complete').toSorted(),
    counted: counted.filter(kind => kind === 'RunJudged' || kind === 'RunFinished').toSorted(),
  };
}

function assertAnnouncedOnce(world: World, when: string): void {
  const once = { announced: ['r1 Complete', 'r1 Promoted'], counted: ['RunFinished', 'RunJudged'] };
  assert.deepEqual(ends(world), once, when);
}

async function assertAtRest(world: World): Promise<void> {
  const { writes } = world;
  await world.settle();
  assert.equal(world.writes, writes, 'nothing is written at rest');
}

describe('the operator in a simulated cluster', () => {
  it('runs the four stages, then writes nothing more', async () => {
    const world = aWorld();
    await world.settle();
    const { status } = world.run('r1');
    assert.ok(isTrue(status, 'Complete') && isTrue(status, 'Promoted'));
    assert.deepEqual(
      status.stages.map(({ state }: { state: string }) => state),
      stageNames.map(() => 'Succeeded'),
    );
    assert.equal(world.model().status.champion.run, 'r1');
    await assertAtRest(world);
  });

  it('announces and counts the end of a run once, whichever write of the operator is interrupted', async () => {
    const uninterrupted = await atEndOfRun();
    const before = uninterrupted.writes;
    await uninterrupted.leader.reconcile(null);
    const writes = uninterrupted.writes - before;
    for (let after = 0; after < writes; after++) {
      const world = await atEndOfRun();
      await world.leader.reconcile({ kind: 'unreachable', after });
      world.failOver();
      await world.settle();
      assertAnnouncedOnce(world, `interrupted after ${after} of ${writes} writes`);
    }
  });

  it('announces and counts the end of a run once if the run is changed meanwhile', async () => {
    const world = await atEndOfRun();
    world.edit(world.run('r1'), trainingRuns, draft => {
      draft.metadata.annotations = { touched: 'true' };
    });
    await world.leader.reconcile(null);
    assert.equal(world.model().status.champion.run, 'r1');
    assert.ok(!isTrue(world.run('r1').status, 'Complete'));
    assert.deepEqual(ends(world), { announced: ['r1 Promoted'], counted: ['RunJudged'] });
    await world.settle();
    assertAnnouncedOnce(world, 'after a conflict');
  });

  it('keeps its invariants in any history of faults and edits, and finishes every run', async function () {
    // 50 ms each on a quiet machine.
    this.timeout(60_000 + simulations * 1000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 150, size: 'max' }), async history => {
        const world = aWorld();
        for (const step of history) await world.take(step);
        await world.settle();
        await assertAtRest(world);
      }),
      { numRuns: simulations },
    );
  });
});
