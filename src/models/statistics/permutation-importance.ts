import type { Matrix } from '../matrix.ts';
import { Random } from '../random.ts';
import { mean } from './mean.ts';

export interface Importance {
  /** Mean loss with the feature permuted, less the loss with it. */
  readonly increase: number;
  /** Standard deviation of that increase over the permutations. */
  readonly deviation: number;
}

/**
 * The importance of each feature for a trained model: the increase of its loss when the feature's column is shuffled,
 * so that it carries no information on its row (Breiman, "Random forests", Machine Learning 45, 2001; Fisher,
 * Rudin and Dominici, JMLR 20, 2019). Features with the same information replace each other: each can look
 * worthless while the two together are not. Values near or below zero are noise.
 *
 * @param loss of the model on a matrix of the same rows and columns; it must not keep or change the matrix.
 */
export function permutationImportance(
  x: Matrix,
  loss: (x: Matrix) => number,
  options: { readonly repeats: number; readonly seed: number },
): Importance[] {
  const { rows, columns } = x;
  const permuted: Matrix = { rows, columns, values: Float64Array.from(x.values) };
  const before = loss(x);
  return Array.from({ length: columns }, (_, column) => {
    const random = new Random(options.seed, column);
    const values = Float64Array.from({ length: rows }, (_, row) => x.values[row * columns + column]!);
    const place = (into: Float64Array) => {
      for (let row = 0; row < rows; row++) permuted.values[row * columns + column] = into[row]!;
    };
    const increases = Array.from({ length: options.repeats }, () => {
      place(random.shuffle(values.slice()));
      return loss(permuted) - before;
    });
    place(values);
    const increase = mean(increases);
    return { increase, deviation: Math.sqrt(mean(increases.map(each => (each - increase) ** 2))) };
  });
}
