/**
 * A gauge whose series are written as they are asked for: prom-client's own keeps an object for each, which for a
 * thousand Models were 45,000 objects and 100 MB, made anew at every scrape.
 */
import type { Registry } from 'prom-client';
import { type OwnMetric, registerOwn } from '../registry.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface StateGaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registry: Registry;
  /** The series as they are now. */
  readonly samples: () => Iterable<Sample>;
}

export class StateGauge implements OwnMetric {
  readonly name: string;
  readonly help: string;
  readonly type = 'gauge';
  readonly labelNames: readonly string[];
  readonly #samples: () => Iterable<Sample>;

  constructor({ name, help, labelNames, registry, samples }: StateGaugeOptions) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.#samples = samples;
    registerOwn(registry, this);
  }

  /** What the registry writes, one series after the other. */
  async get() {
    const { name, help, type } = this;
    return { name, help, type, values: this.#samples() };
  }
}
