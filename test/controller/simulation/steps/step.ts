/** Steps with a readable text in the report of a failing history. */
import fc from 'fast-check';
import type { Step, World } from '../world.ts';

/** Steps of one kind, each with its own value of `arbitrary`. */
export function steps<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  take: (world: World, value: T) => void | Promise<void>,
): fc.Arbitrary<Step> {
  return arbitrary.map(value => ({
    take: (world: World) => take(world, value),
    [fc.toStringMethod]: () => `${name} ${fc.stringify(value)}`,
  }));
}

/** An index, used modulo the number of items. */
export const which = fc.nat(9);
