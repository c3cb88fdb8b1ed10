/** What becomes of the stages' pods. */
import fc from 'fast-check';
import { pods } from '../../../../src/controller/resources.ts';
import type { PodEnd } from '../cluster/stage-pods.ts';
import { namespace } from '../raw.ts';
import { steps, which } from './step.ts';

const podEnd: fc.Arbitrary<PodEnd> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      exitCode: fc.constant(0),
      report: fc.constant('right'),
      quality: fc.constantFrom('good', 'bad', 'better'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      exitCode: fc.constant(0),
      report: fc.constantFrom('missing', 'garbled'),
      quality: fc.constant('good'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ exitCode: fc.constantFrom(1, 64, 65, 66, 75, 137) }) },
  {
    weight: 1,
    arbitrary: fc.record({ exitCode: fc.constant(143), cause: fc.constantFrom('Disrupted', 'Evicted') }),
  },
  { weight: 1, arbitrary: fc.record({ exitCode: fc.constant(null) }) },
);

export const startPod = steps('start pod', which, (world, which) =>
  world.withPod(which, pod => world.pods.start(pod)),
);

export const holdPod = steps(
  'hold pod',
  fc.record({ which, why: fc.constantFrom('image', 'node'), words: fc.constantFrom('one', 'two') }),
  (world, { which, why, words }) => world.withPod(which, pod => world.pods.hold(pod, why, words)),
);

export const endPod = steps('end pod', fc.record({ which, end: podEnd }), (world, { which, end }) =>
  world.withPod(which, pod => world.endPod(pod, end)),
);

/** Somebody deletes one: it works on until it has ended. */
export const deletePod = steps('delete pod', which, (world, which) =>
  world.withPod(which, ({ metadata }) => void world.store.delete(pods, namespace, metadata.name)),
);
