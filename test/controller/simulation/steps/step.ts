/** Makes steps that a failing history can be read from. */
import fc from 'fast-check';
import type { Step, World } from '../world.ts';

/** Steps of one kind; `what` is drawn anew for each. */
export function steps<T>(
  name: string,
  what: fc.Arbitrary<T>,
  take: (world: World, what: T) => void | Promise<void>,
): fc.Arbitrary<Step> {
  return what.map(drawn => ({
    take: (world: World) => take(world, drawn),
    [fc.toStringMethod]: () => `${name} ${fc.stringify(drawn)}`,
  }));
}

/** Which of several, taken modulo their number. */
export const which = fc.nat(9);
