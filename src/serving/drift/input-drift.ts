/**
 * Whether what the server is asked to predict looks like what its models were trained on: the population stability index
 * of each feature, over the last distinct rows. A client that asks for today's row a thousand times a day, or several of
 * them that ask for the same rows, would otherwise look like drift.
 */
import type { Matrix } from '../../models/matrix.ts';
import { populationStabilityIndex } from '../../models/statistics/population-stability-index.ts';
import { binCounts, quantileEdges } from '../../models/statistics/quantile-bins.ts';
import { DistinctRows } from './distinct-rows.ts';

/** Rows that are looked at: of as many, chance alone makes an index of about 0.02. */
export const windowRows = 1024;

/** Of fewer rows, chance alone makes an index above 0.1. */
const fewestRows = 100;

/** Deciles. */
const binCount = 10;

/** The training rows of one feature. */
interface TrainingBins {
  readonly edges: readonly number[];
  readonly counts: Uint32Array;
}

export class InputDrift {
  readonly rowsLimit = windowRows;
  readonly #features: readonly string[];
  readonly #asked: DistinctRows;
  #training: readonly TrainingBins[] = [];
  #trainingRows = 0;

  /** @param features names, in the order of the columns. */
  constructor(features: readonly string[]) {
    this.#features = features;
    this.#asked = new DistinctRows(windowRows, features.length);
  }

  /** Takes the row at `values[offset …]`. Allocates nothing. */
  take(values: Float64Array, offset: number): void {
    this.#asked.add(values, offset);
  }

  /** Rows asked that are looked at. */
  get rows(): number {
    return this.#asked.rows;
  }

  /** Rows they are compared with; 0 until `compareWith`. */
  get trainingRows(): number {
    return this.#trainingRows;
  }

  /** From now on there is something to compare with. */
  compareWith({ rows, columns, values }: Matrix): void {
    this.#training = this.#features.map((_, index) => {
      const column = Float64Array.from({ length: rows }, (_, row) => values[row * columns + index]!);
      const edges = quantileEdges(column, binCount);
      return { edges, counts: binCounts(edges, column) };
    });
    this.#trainingRows = rows;
  }

  /** The index of each feature; none while there are too few rows to say, or nothing to compare with. */
  indices(): { feature: string; psi: number }[] {
    if (this.rows < fewestRows) return [];
    return this.#training.map(({ edges, counts }, index) => ({
      feature: this.#features[index]!,
      psi: populationStabilityIndex(binCounts(edges, this.#asked.column(index)), counts),
    }));
  }
}
