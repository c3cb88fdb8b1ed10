/**
 * Drift of the inputs: the population stability index of each feature, between the training rows and the last distinct
 * rows that were predicted. Repeated rows count once, since a client that sends today's row a thousand times would look
 * like drift otherwise.
 */
import type { Matrix } from '../../models/matrix.ts';
import { populationStabilityIndex } from '../../models/statistics/population-stability-index.ts';
import { binCounts, quantileEdges } from '../../models/statistics/quantile-bins.ts';
import { DistinctRows } from './distinct-rows.ts';

/** Rows in the window. With this many, chance alone gives an index of about 0.02. */
export const windowRows = 1024;

/** With fewer rows, chance alone gives an index above 0.1. */
const minimumRows = 100;

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
  readonly #recent: DistinctRows;
  #training: readonly TrainingBins[] = [];
  #trainingRows = 0;

  /** @param features names, in the order of the columns. */
  constructor(features: readonly string[]) {
    this.#features = features;
    this.#recent = new DistinctRows(windowRows, features.length);
  }

  /** Adds the row at `values[offset …]`. Allocates nothing. */
  take(values: Float64Array, offset: number): void {
    this.#recent.add(values, offset);
  }

  /** Rows in the window. */
  get rows(): number {
    return this.#recent.rows;
  }

  /** Training rows that they are compared with; 0 until `compareWith`. */
  get trainingRows(): number {
    return this.#trainingRows;
  }

  /** Sets the training rows. */
  compareWith({ rows, columns, values }: Matrix): void {
    this.#training = this.#features.map((_, index) => {
      const column = Float64Array.from({ length: rows }, (_, row) => values[row * columns + index]!);
      const edges = quantileEdges(column, binCount);
      return { edges, counts: binCounts(edges, column) };
    });
    this.#trainingRows = rows;
  }

  /** The index of each feature; empty while there are too few rows, or no training rows. */
  indices(): { feature: string; psi: number }[] {
    if (this.rows < minimumRows) return [];
    return this.#training.map(({ edges, counts }, index) => ({
      feature: this.#features[index]!,
      psi: populationStabilityIndex(binCounts(edges, this.#recent.column(index)), counts),
    }));
  }
}
