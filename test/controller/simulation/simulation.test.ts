import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stageNames } from '../../../src/api/artifacts.ts';
import type { PodEnd } from './cluster.ts';
import { isTrue, type Step, World } from './world.ts';

const which = fc.nat(7);
const run = fc.integer({ min: 1, max: 3 });
const podEnd: fc.Arbitrary<PodEnd> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      exitCode: fc.constant(0 as const),
      report: fc.constant('right' as const),
      quality: fc.constantFrom('good' as const, 'bad' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      exitCode: fc.constant(0 as const),
      report: fc.constantFrom('missing' as const, 'garbled' as const),
      quality: fc.constant('good' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      exitCode: fc.constantFrom(1 as const, 64 as const, 65 as const, 66 as const, 75 as const, 137 as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ exitCode: 143 as const, disrupted: true as const }) },
);
const fault = fc.option(
  fc.record({ after: fc.nat(4), type: fc.constantFrom('unreachable' as const, 'lost-answer' as const) }),
  { freq: 4 },
);
const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const step: fc.Arbitrary<Step> = fc.oneof(
  often(10, fc.record({ do: fc.constant('reconcile' as const), fault })),
  often(
    10,
    fc.record({ do: fc.constant('deliver' as const), cache: which, most: fc.integer({ min: 1, max: 4 }) }),
  ),
  often(1, fc.record({ do: fc.constant('restart' as const) })),
  often(6, fc.record({ do: fc.constant('jobController' as const) })),
  often(1, fc.record({ do: fc.constant('deployments' as const), healthy: fc.boolean() })),
  often(2, fc.record({ do: fc.constantFrom('startPod' as const, 'holdPod' as const), which })),
  often(6, fc.record({ do: fc.constant('endPod' as const), which, end: podEnd })),
  often(2, fc.record({ do: fc.constantFrom('apply' as const, 'approve' as const), run })),
  often(1, fc.record({ do: fc.constant('delete' as const), run })),
  often(2, fc.record({ do: fc.constant('suspend' as const), run, on: fc.boolean() })),
  often(1, fc.record({ do: fc.constant('deleteModel' as const) })),
  often(2, fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 60, 400, 4000) })),
);

describe('the operator in a simulated cluster', () => {
  it('takes a run through its four stages with as few writes as it says, then rests', async () => {
    const world = new World();
    await world.take({ do: 'apply', run: 1 });
    await world.settle();
    const [only] = world.runs();
    assert.ok(isTrue(only.status, 'Complete') && isTrue(only.status, 'Promoted'));
    assert.deepEqual(
      only.status.stages.map(({ state }: { state: string }) => state),
      stageNames.map(() => 'Succeeded'),
    );
    assert.equal(world.model().status.champion.run, 'r1');
    const { writes } = world;
    await world.settle();
    assert.equal(world.writes, writes, 'at rest nothing is written');
  });

  it('keeps its promises, whatever happens in whatever order, and ends every run', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), async steps => {
        const world = new World();
        await world.take({ do: 'apply', run: 1 });
        for (const step of steps) await world.take(step);
        await world.settle();
        for (const { metadata, status } of world.runs()) {
          assert.ok(isTrue(status, 'Complete') || isTrue(status, 'Failed'), `${metadata.name} has not ended`);
        }
        const { writes } = world;
        await world.settle();
        assert.equal(world.writes, writes, 'at rest nothing is written');
      }),
      { numRuns: Number(process.env.SIMULATIONS ?? 150) },
    );
  });
});
