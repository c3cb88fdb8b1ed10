/**
 * A histogram of one series that can add the tallies of worker threads. prom-client's own takes one value at a time, but
 * worker threads predict a million rows per second.
 */
import type { Registry } from 'prom-client';
import { type CustomMetric, registerCustom } from './registry.ts';
import { emptyTally, mergeTally, type Tally, tallyValue } from './tally.ts';

export interface TallyHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds of the buckets, inclusive, ascending. */
  readonly bounds: readonly number[];
  readonly registry: Registry;
}

export class TallyHistogram implements CustomMetric {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly #bounds: readonly number[];
  readonly #tally: Tally;

  constructor({ name, help, bounds, registry }: TallyHistogramOptions) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    this.#tally = emptyTally(bounds);
    registerCustom(registry, this);
  }

  observe(value: number): void {
    tallyValue(this.#tally, this.#bounds, value);
  }

  /** @param tally counted with this histogram's bounds. */
  add(tally: Tally): void {
    mergeTally(this.#tally, tally);
  }

  /** The series as the registry writes them: cumulative buckets, sum and count. */
  async get() {
    const { counts, sum } = this.#tally;
    let count = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, bucket) => {
      count += counts[bucket]!;
      return { metricName: `${this.name}_bucket`, labels: { le }, value: count };
    });
    const totals = [
      { metricName: `${this.name}_sum`, labels: {}, value: sum },
      { metricName: `${this.name}_count`, labels: {}, value: count },
    ];
    return { name: this.name, help: this.help, type: this.type, values: [...buckets, ...totals] };
  }
}
