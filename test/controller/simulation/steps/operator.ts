/** Steps of the operator's processes, and their faults. */
import fc from 'fast-check';
import type { Fault } from '../faults.ts';
import { steps, which } from './step.ts';

const fault: fc.Arbitrary<Fault | null> = fc.option(
  fc.record({
    kind: fc.constantFrom(
      'unreachable',
      'lost-answer',
      'in-flight',
      'Invalid',
      'Forbidden',
      'AdmissionUnavailable',
      'TooManyRequests',
    ),
    after: fc.nat(4),
  }),
  { freq: 4 },
);

export const reconcile = steps('reconcile', fault, (world, fault) => world.leader.reconcile(fault));

/** One cache receives some changes, in any order. */
export const deliver = steps(
  'deliver',
  fc.record({ cache: which, changes: fc.array(which, { minLength: 1, maxLength: 4 }) }),
  ({ leader: { feeds } }, { cache, changes }) => {
    for (const change of changes) feeds[cache % feeds.length]?.deliver(change);
  },
);

/** One cache receives an old change again. */
export const repeat = steps(
  'repeat',
  fc.record({ cache: which, change: which }),
  ({ leader: { feeds } }, { cache, change }) => feeds[cache % feeds.length]?.repeat(change),
);

export const catchUp = steps('catch up', fc.constant(null), ({ leader }) => leader.catchUp());

/** All watches break, and all objects are listed again. */
export const relist = steps('relist', fc.constant(null), ({ leader }) => leader.relist());

/** The process is killed and restarted; a write in flight is lost. */
export const restart = steps('restart', fc.constant(null), ({ leader }) => leader.restart());

export const failOver = steps('fail over', fc.constant(null), world => world.failOver());

/** The leader loses its Lease in the middle of a write. */
export const loseLease = steps('lose Lease', fc.nat(2), async (world, after) => {
  await world.leader.reconcile({ kind: 'in-flight', after });
  world.failOver();
});

/** Delayed writes of both processes are done, whichever of them leads. */
export const land = steps('land', fc.constant(null), async ({ invariants, standby, leader }) => {
  await invariants.allowLate(() => standby.land());
  await invariants.allowLate(() => leader.land());
});
