/** Steps of the stages' pods. */
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

export const blockPod = steps(
  'block pod',
  fc.record({ which, why: fc.constantFrom('image', 'node'), message: fc.constantFrom('one', 'two') }),
  (world, { which, why, message }) => world.withPod(which, pod => world.pods.block(pod, why, message)),
);

export const endPod = steps('end pod', fc.record({ which, end: podEnd }), (world, { which, end }) =>
  world.withPod(which, pod => world.endPod(pod, end)),
);

/** A user deletes a pod, which runs until its container has ended. */
export const deletePod = steps('delete pod', which, (world, which) =>
  world.withPod(which, ({ metadata }) => void world.store.delete(pods, namespace, metadata.name)),
);
